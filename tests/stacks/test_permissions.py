"""permissions.json is true."""

from __future__ import annotations

import json

from stacks.permissions import FILE, as_text, permissions
from tests.stacks.conftest import Installation


def test_it_says_what_the_templates_say(widest: Installation) -> None:
    assert FILE.read_text() == as_text(widest.templates), "run: python -m stacks.permissions"


def test_it_names_every_role(widest: Installation) -> None:
    roles = widest.of_type("AWS::IAM::Role")
    assert len(permissions(widest.templates)) == len(roles)
    assert "Fn::" not in json.dumps(permissions(widest.templates))
