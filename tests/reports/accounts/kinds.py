"""The checks that the stories speak of: what each is called, how its plan is shown, what it takes."""

from __future__ import annotations

from typing import Any

from steadyhand.model import (
    Call,
    Finding,
    WrittenStep,
)
from steadyhand.rhythm.core.effort import Effort
from steadyhand.rhythm.core.facts import Kind


def plan(finding: Finding) -> list[WrittenStep]:
    return [
        WrittenStep(do=Call("x:Do", {"on": finding.key}), undo=Call("x:Undo", {"on": finding.key}))
    ]


def kind(name: str, category: str, title: str, consequence: str, **more: Any) -> Kind:
    return Kind(id=name, category=category, title=title, consequence=consequence, **more)


KINDS = {
    one.id: one
    for one in (
        kind(
            "acm_expiring",
            "certificates",
            "A certificate expires soon, and nobody renews it",
            "Every browser and program refuses the site from that minute on.",
            fix=(
                "once a person has said yes, request a certificate for the same names that ACM"
                " will renew by itself. Then a new item stands for what is left."
            ),
            undo="delete the requested certificate. ACM refuses once something uses it.",
            hours_lost=(2, 8),
            steps=plan,
        ),
        kind(
            "acm_renewal_blocked",
            "certificates",
            "ACM cannot renew a certificate: its DNS record is missing",
            "The certificate is not renewed, and the site goes dark when it expires.",
            fix="add the record ACM asks for.",
            steps=plan,
        ),
        kind(
            "public_bucket",
            "exposure",
            "A bucket does not block public access",
            "One mistake in a policy publishes everything in the bucket.",
            fix=(
                "turn all four blocks on, once a person has said yes: a bucket that is public on"
                " purpose, as a website may be, stops answering strangers."
            ),
            undo="exactly the blocks as they were, or none where there were none.",
            hours_lost=(4, 200),
            steps=plan,
        ),
        kind(
            "open_admin_ports",
            "exposure",
            "SSH, RDP or another admin port is open to the world",
            "Somebody guesses or steals one password and is inside.",
            steps=plan,
        ),
        kind(
            "unattached_volume",
            "costs",
            "A volume is attached to nothing, and paid for",
            "You pay for a disk that nothing uses.",
            fix=(
                "take a snapshot, wait until it is complete, then delete the volume. The snapshot"
                " stays, and costs a fraction."
            ),
            undo="make a volume of the same kind from the snapshot. It has a new id.",
            hours_lost=(0.25, 1),
            steps=plan,
        ),
        kind(
            "endless_logs",
            "costs",
            "A log group keeps everything for ever",
            "The bill for logs nobody reads grows every month.",
            fix="keep logs for a year (`days`).",
            undo="keep them for ever again.",
            hours_lost=(0.5, 2),
            steps=plan,
        ),
        kind(
            "deprecated_runtime",
            "lifecycle",
            "A function runs on a runtime that AWS no longer patches",
            "The night you must fix this function, AWS will not let you.",
        ),
        kind(
            "old_access_key",
            "access",
            "An access key has not been changed for a long time",
            "Some forgotten copy of the key is found by somebody else.",
        ),
        kind(
            "queue_without_dlq",
            "jobs",
            "A queue with a consumer has no dead-letter queue",
            "A message that fails is lost.",
            fix="make a queue of the same kind beside it.",
            undo="send failed messages nowhere again.",
        ),
        kind(
            "dynamodb_pitr_off",
            "backups",
            "A table has no point-in-time recovery",
            "What a bug deletes from this table is lost for good.",
            steps=plan,
        ),
        kind(
            "imdsv1_allowed",
            "exposure",
            "An instance allows IMDSv1: whoever makes it fetch a URL gets its credentials",
            "One program that fetches a stranger's address hands over the instance's role.",
        ),
    )
}
"""What checks say of themselves, as it was when these stories were written down."""
EFFORT = Effort(
    version="2026-05",
    approval=(0.05, 0.25),
    checks={"imdsv1_allowed": (0.25, 1.5)},
    categories={"exposure": (0.5, 2), "backups": (0.25, 1), "certificates": (0.5, 2)},
)
