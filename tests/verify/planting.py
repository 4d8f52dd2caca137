"""A safe thing that is planted: how it is made, when it is ready, and whether it is fixed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tests.verify.sandbox import WORD, NotTried, Sandbox

TAGS = [{"Key": "environment", "Value": WORD}]


@dataclass(frozen=True)
class Made:
    """The key of the finding or the ARN that it is about, and a look at the thing itself. `ready` makes what needs a wait, and says when it stands."""

    key: str
    is_fixed: Callable[[], bool]
    ready: Callable[[], bool] = lambda: True
    is_late: bool = False
    """Is it a finding only once it is ready?"""


@dataclass(frozen=True)
class Plant:
    """A check, and how what it finds is made.

    `usd` is what it costs at most, `seconds` how long AWS may take until it stands. `lacking` is why an emulator
    cannot show it, `rests` why AWS takes no undo of it within the hour.
    """

    check: str
    make: Callable[[Sandbox], Made]
    usd: float = 0.0
    seconds: float = 60.0
    lacking: str = ""
    rests: str = ""


def shared(share: Callable[[], Any], what: str) -> None:
    """Shared with everybody; `NotTried` where the account forbids that, as new ones do."""
    try:
        share()
    except ClientError as error:
        said = f"{error.response['Error'].get('Code')} {error}".lower()
        if "publicaccess" in said or "public access" in said or "operationnotpermitted" in said:
            raise NotTried(f"the account blocks {what} from being public") from error
        raise
