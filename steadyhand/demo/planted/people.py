"""People and machines with keys. A key is as old as it is: the demo's settings ask for younger ones."""

from __future__ import annotations

from steadyhand.model.planting import PRODUCTION, TEAM, Bomb, Ground, Healthy, Known, Things
from steadyhand.sources.iam import ROOT


def plant(ground: Ground) -> Things:
    """A key that nobody used yet, one that is switched off, and a person without any."""
    iam = ground.client("iam")
    priya = f"{TEAM}-priya"
    iam.create_user(UserName=priya)
    made = iam.create_access_key(UserName=priya)["AccessKey"]
    yield Bomb("old_access_key", priya, PRODUCTION)
    yield Bomb("unused_access_key", priya, PRODUCTION)
    yield Bomb("root_account", ROOT, PRODUCTION)
    yield Known("priya", made["AccessKeyId"])
    yield Known("priya's secret", made["SecretAccessKey"])

    agency = f"{TEAM}-agency"
    iam.create_user(UserName=agency)
    key = iam.create_access_key(UserName=agency)["AccessKey"]["AccessKeyId"]
    iam.update_access_key(UserName=agency, AccessKeyId=key, Status="Inactive")
    yield Healthy("user", agency)

    iam.create_user(UserName=f"{TEAM}-ines")
    yield Healthy("user", f"{TEAM}-ines")
