"""`python -m tests.trust [MINUTES]`: every proof, as deep as the time allows, and one table."""

from __future__ import annotations

import os
import sys

from tests.trust.proofs import told

NOBODY = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


def main(arguments: list[str]) -> int:
    """1 where less held than must."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_DEFAULT_PROFILE"):
        os.environ.pop(name, None)
    os.environ.update(NOBODY)
    from tests import moto_gaps
    from tests.trust.every import PROOFS
    from tests.trust.paced.budget import proved

    moto_gaps.fill()
    minutes = float(arguments[0]) if arguments else float(os.environ.get("TRUST_MINUTES", "25"))
    wanted = arguments[1:]
    proofs = [one for one in PROOFS if not wanted or any(word in one.name for word in wanted)]
    results = []
    for result in proved(proofs, seconds=60 * minutes, workers=os.cpu_count() or 1):
        results.append(result)
        sys.stdout.write(told([result]) + "\n")
        sys.stdout.flush()
    order = [one.name for one in proofs]
    results.sort(key=lambda one: order.index(one.proof.name))
    sys.stdout.write("\n" + told(results) + "\n")
    return 0 if all(one.holds for one in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
