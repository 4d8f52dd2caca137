"""cdk-nag and cfn-lint have nothing to say that we did not answer."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from aws_cdk import App, Stack, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks
from cfnlint.api import lint_all

from stacks.events.queue import private_queue
from tests.stacks.conftest import Installation


def violations(folder: Any) -> list[str]:
    report = json.loads((folder / "validation-report.json").read_text())
    return [one["ruleName"] for plugin in report["pluginReports"] for one in plugin["violations"]]


def complaints(template: Any) -> list[str]:
    """Errors and warnings; what cfn-lint only mentions is not asked for.

    W3005: the CDK makes a resource that needs a role wait for the role and for its policy, of
    which only the policy says anything new. Channels of Amazon Q are only in AWS's main
    partition; SES is not in every region, and only who names a sender gets anything of it.
    """
    found = [one for one in lint_all(json.dumps(template)) if one.rule.id[0] in "EW"]
    said = [f"{one}" for one in found if one.rule.id != "W3005"]
    elsewhere = re.compile(
        r"'AWS::(Chatbot::\w+' does not exist in '(cn|us-gov)-|SES::\w+' does not exist in ')"
    )
    return [one for one in said if not elsewhere.search(one)]


def test_nag_is_silent(widest: Installation, plainest: Installation) -> None:
    assert violations(widest.folder) == violations(plainest.folder) == []


def test_nag_is_asked_at_all(tmp_path: Any) -> None:
    app = App(outdir=str(tmp_path))
    private_queue(Stack(app, "Bare"), "Queue", "bare")
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    assert sorted(violations(tmp_path)) == ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"]


def acknowledged(of: Installation) -> dict[str, str]:
    """Every rule that is acknowledged anywhere, and why."""
    found: dict[str, str] = {}
    for file in of.folder.glob("*.metadata.json"):
        for entries in json.loads(file.read_text()).values():
            for entry in entries:
                if entry["type"] == "aws:cdk:acknowledged-rules":
                    found |= entry["data"]
    return found


def test_every_answer_is_granular_and_has_a_reason(widest: Installation) -> None:
    answers = acknowledged(widest)
    assert answers
    for rule, reason in answers.items():
        assert len(reason.split()) >= 5, rule
        boundary = rule.endswith("IAM5[Action::*]") and "boundary" in reason
        assert "IAM5" not in rule or "[Resource::" in rule or boundary
        assert "IAM4" not in rule or "[Policy::" in rule


@pytest.mark.parametrize("stack", ["steadyhand-memory", "steadyhand", "steadyhand-ears-us-east-1"])
def test_cfn_lint_is_silent(stack: str, widest: Installation) -> None:
    assert complaints(widest.templates[stack]) == []


@pytest.mark.parametrize("stack", ["steadyhand-memory", "steadyhand"])
def test_cfn_lint_is_silent_where_the_region_is_unknown(stack: str, plainest: Installation) -> None:
    assert complaints(plainest.templates[stack]) == []
