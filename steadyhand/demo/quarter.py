"""A made-up quarter before today, so that reviews have something to look back on.

An account made a minute ago has no past. These rows are what the ledger of a shop like Leaflab's
would hold after three whole months: ports closed, an outage that had been predicted and was not
answered, a bill that ran away, a change that was undone, an exemption that ends. They are
written into the ledger as they are and marked as made up by whoever shows them; everything that
is made of them afterwards is real.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from steadyhand.demo.past import DEVELOPMENT, STAGING, Quarter, Rows
from steadyhand.model import (
    Exemption,
    Risk,
    Severity,
)

MONTHS = 3
OUTAGE, WAITING = "checkout.leaflab.example-5xx", "shop-webhooks-age"


def expires(name: str, at: datetime) -> str:
    """A certificate that ends, as its check says it."""
    return f"the imported certificate of {name}.leaflab.example expires on {at:%Y-%m-%d}"


def quarter(now: datetime, account: str, region: str) -> Quarter:
    """The three whole months before this one."""
    begins = list(_begins(now))
    return _Teller(account=account, region=region, begins=begins, now=now).told()


def _begins(now: datetime) -> Iterator[datetime]:
    """The first days of the quarter's months, and of this one."""
    first = now.date().replace(day=1)
    months = [first]
    for _ in range(MONTHS):
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    for on in months:
        yield datetime.combine(on, time(), UTC)


class _Teller(Rows):
    """Tells the story."""

    def told(self) -> Quarter:
        """The whole quarter."""
        self.moving_in()
        self.outage()
        self.webhooks()
        self.runaway()
        self.open_ports()
        self.waste()
        self.waiting()
        return self.made

    def moving_in(self) -> None:
        """The first days: what was safe went at once."""
        for number, name in enumerate(("carts", "orders", "subscriptions")):
            table = self.seen(
                *("dynamodb_pitr_off", name, f"Table {name} has no point-in-time recovery"),
                at=self.on(0, 3, 10, number),
                severity=Severity.HIGH,
                resource=f"arn:aws:dynamodb:{self.region}:{self.account}:table/{name}",
            )
            self.fixed(table, seconds=6)
        for number, name in enumerate(("orders-api", "image-resize")):
            logs = self.seen(
                *("endless_logs", f"/aws/lambda/{name}", f"Logs of {name} are kept for ever"),
                at=self.on(0, 3, 11, number),
                environment=STAGING,
                severity=Severity.LOW,
                resource=f"arn:aws:logs:{self.region}:{self.account}:log-group:/aws/lambda/{name}",
                usd=7.5,
            )
            self.fixed(logs, seconds=4)

    def outage(self) -> None:
        """The certificate of the checkout: seen ten weeks before, asked about, not answered."""
        ends = self.on(2, 17, 9, 2)
        certificate = self.seen(
            *("acm_expiring", "checkout.leaflab.example", expires("checkout", ends)),
            at=self.on(0, 3, 10, 30),
            severity=Severity.CRITICAL,
            resource=f"arn:aws:acm:{self.region}:{self.account}:certificate/checkout",
            risk=Risk.APPROVAL,
            due=ends,
            names=["checkout.leaflab.example"],
            certificate="checkout",
        )
        self.fired(OUTAGE, ends + timedelta(minutes=3), 43, "More than 5 % of answers fail.")
        self.told_people(OUTAGE, ends + timedelta(minutes=3), sent=True)
        self.fixed(
            certificate,
            at=ends + timedelta(minutes=31),
            seconds=640,
            by="ines",
        )

    def webhooks(self) -> None:
        """An alarm that fired every month until its cause was fixed."""
        lost = self.seen(
            *("queue_without_dlq", "shop-webhooks", "Queue shop-webhooks has no dead-letter queue"),
            at=self.on(0, 3, 10, 40),
            severity=Severity.HIGH,
            resource=f"arn:aws:sqs:{self.region}:{self.account}:shop-webhooks",
            risk=Risk.APPROVAL,
        )
        for month, day, minutes in ((0, 9, 25), (0, 23, 38), (1, 6, 31), (2, 6, 22)):
            at = self.on(month, day, 3, 12)
            self.fired(WAITING, at, minutes, "The oldest webhook waits for 15 minutes.")
            self.told_people(WAITING, at, sent=minutes > 30)
        self.fixed(lost, at=self.on(2, 7, 14), seconds=9, by="tomas")

    def runaway(self) -> None:
        """Debug logs, switched on by a deploy and forgotten: seen in the bill on the third day."""
        bill = self.seen(
            *("cost_anomaly", "AmazonCloudWatch", "AmazonCloudWatch costs 6 times the usual"),
            at=self.on(2, 16, 6),
            severity=Severity.MEDIUM,
            resource=f"arn:aws:ce::{self.account}:anomaly/cloudwatch",
            usd=310.0,
        )
        self.gone(bill, self.on(2, 18, 8))

    def open_ports(self) -> None:
        """SSH on the staging bastion, opened twice; a data port that a person wanted back."""
        for month, day in ((0, 14), (2, 9)):
            open_port = self.seen(
                *("open_admin_ports", f"sg-bastion{month}", "SSH is open to the world on bastion"),
                at=self.on(month, day, 15, 41),
                environment=STAGING,
                severity=Severity.CRITICAL,
                resource=f"arn:aws:ec2:{self.region}:{self.account}:security-group/sg-bastion",
                risk=Risk.SAFE,
            )
            self.fixed(open_port, seconds=3)
        open_port = self.seen(
            *("open_data_ports", "sg-reports", "Postgres of reports is open to the world"),
            at=self.on(2, 21, 10, 5),
            environment=STAGING,
            severity=Severity.HIGH,
            resource=f"arn:aws:ec2:{self.region}:{self.account}:security-group/sg-reports",
            risk=Risk.SAFE,
        )
        self.undone_by_person(open_port, after=timedelta(minutes=26), by="tomas")
        partner = self.seen(
            *("open_data_ports", "sg-partner", "The stock feed is open to a partner's network"),
            at=self.on(0, 3, 10, 50),
            severity=Severity.HIGH,
            resource=f"arn:aws:ec2:{self.region}:{self.account}:security-group/sg-partner",
            risk=Risk.APPROVAL,
        )
        ends = self.begins[-1] + timedelta(days=14)
        self.replaced(partner, exempt_until=ends)
        self.made.exemptions.append(
            Exemption(
                scope=partner.finding.id,
                until=ends,
                because="The garden centre reads our stock until its contract ends.",
                by=self.person("ines"),
                at=self.on(1, 5, 9),
            )
        )

    def waste(self) -> None:
        """Disks that nobody used, one by one as a person approved."""
        for number, (name, usd) in enumerate((("vol-0search", 32.0), ("vol-0import", 12.0))):
            disk = self.seen(
                *("unattached_volume", name, f"Volume {name} is attached to nothing"),
                at=self.on(0, 4, 6, number),
                environment=DEVELOPMENT,
                severity=Severity.LOW,
                resource=f"arn:aws:ec2:{self.region}:{self.account}:volume/{name}",
                risk=Risk.APPROVAL,
                usd=usd,
            )
            at = self.on(1, 12 + number, 10)
            self.fixed(disk, at=at, seconds=41, by="ines")

    def waiting(self) -> None:
        """What is open at the quarter's end: a date that comes, and what nobody has got round to."""
        ends = self.begins[-1] + timedelta(days=33, hours=9)
        self.seen(
            *("acm_expiring", "api.leaflab.example", expires("api", ends)),
            at=self.on(2, 12, 6),
            severity=Severity.CRITICAL,
            resource=f"arn:aws:acm:{self.region}:{self.account}:certificate/api",
            risk=Risk.APPROVAL,
            due=ends,
            names=["api.leaflab.example"],
            certificate="api",
        )
        self.seen(
            *("old_access_key", "deploy-ci", "The access key of deploy-ci is 312 days old"),
            at=self.on(0, 3, 10, 55),
            severity=Severity.HIGH,
            resource=f"arn:aws:iam::{self.account}:user/deploy-ci",
        )
        self.seen(
            *("unattached_volume", "vol-0photos", "Volume vol-0photos is attached to nothing"),
            at=self.on(2, 2, 6),
            environment=DEVELOPMENT,
            severity=Severity.LOW,
            resource=f"arn:aws:ec2:{self.region}:{self.account}:volume/vol-0photos",
            risk=Risk.APPROVAL,
            usd=18.0,
        )
