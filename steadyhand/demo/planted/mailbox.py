"""The team's domain, from which SES may write."""

from __future__ import annotations

from steadyhand.model.planting import TEAM, Ground, Known, Things

DOMAIN = f"{TEAM}.example"


def plant(ground: Ground) -> Things:
    """A verified identity; in AWS its DNS records would prove it."""
    ground.client("sesv2").create_email_identity(EmailIdentity=DOMAIN)
    yield Known("mailbox", DOMAIN)
