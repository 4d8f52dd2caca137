"""One review of whatever ledger answers: `python -m bench.one_review monthly 2026-06-01T09:00+00:00`.

The bill and the measures of the month are made up, in this process; the ledger is read for real.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime

from bench.aws.ledger_rows import ACCOUNT
from steadyhand.aws.client import Botocore, session
from steadyhand.ledger.table import Ledger
from steadyhand.readings.gather import gather
from steadyhand.reports.compose import compose
from tests.reports.accounts import doubles


def main() -> None:
    cadence, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
    began = time.monotonic()
    identity = f"arn:aws:iam::{ACCOUNT}:role/bench"
    aws_client = Botocore("eu-west-1", session=session(), identity=identity, workers=False)
    facts = gather(
        cadence,
        ledger=Ledger(aws_client, "steadyhand"),
        settings=doubles.SETTINGS,
        aws=doubles.Client(bill=doubles.bill()),
        now=now,
    )
    mail = compose(facts)
    print(f"{time.monotonic() - began:.1f} s; {len(mail.html):,} bytes; {mail.subject}")


if __name__ == "__main__":
    main()
