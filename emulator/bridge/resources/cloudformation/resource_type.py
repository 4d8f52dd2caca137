"""How a resource type is made and unmade through the API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...http import self_client

Properties = dict[str, Any]


@dataclass(frozen=True)
class ResourceType:
    """How one resource type is made and unmade."""

    create: Callable[
        [Properties, str], tuple[str, Properties]
    ]  # properties, a fitting name → id, attributes
    delete: Callable[[str, Properties], Any]
    update: Callable[[str, Properties], Any] | None = None  # None: deleted and made again


def client(service: str) -> Any:
    """A client that speaks for CloudFormation."""
    return self_client.client(service, self_client.FORMATION)


def without(properties: Properties, *names: str) -> Properties:
    """All properties but these."""
    return {k: v for k, v in properties.items() if k not in names}
