"""Running accounts for tests: `aws` obeys everybody, `guarded_aws` enforces IAM.

One of each per session. A test makes what it needs under names of its own and leaves it behind.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.launcher import Emulator
from steadyhand.demo import deployment
from tests.emulator.living import Living

ACCOUNT, REGION = "111122223333", "eu-central-1"
"""Those of every account here (`Emulator.start`)."""


@pytest.fixture(scope="session")
def aws(tmp_path_factory):
    """An account where IAM is not enforced."""
    log = tmp_path_factory.mktemp("aws") / "emulator.log"
    with Emulator.start(log=log) as running:
        yield running


@pytest.fixture(scope="session")
def guarded_aws(tmp_path_factory):
    """An account where IAM is enforced."""
    log = tmp_path_factory.mktemp("guarded-aws") / "emulator.log"
    with Emulator.start(auth=True, log=log) as running:
        yield running


@pytest.fixture(scope="session")
def assembly(tmp_path_factory):
    """The stacks, synthesised once, for the interpreter that the emulator runs functions with.

    The account is known, as it is to `steadyhand deploy`: what is not named in a template by a text alone
    cannot be adopted (`tests/emulator/test_leaving.py`).
    """
    out = tmp_path_factory.mktemp("assembly") / "cdk.out"
    settings = Path(__file__).parent / "steadyhand.toml"
    context = {"steadyhand:target": "host", "steadyhand:settings": str(settings)}
    known = {"CDK_DEFAULT_ACCOUNT": ACCOUNT, "CDK_DEFAULT_REGION": REGION}
    deployment.synth(deployment.ROOT, out, context=context, environment=known)
    return out


@pytest.fixture(scope="session")
def living(aws, assembly):
    """Steadyhand, deployed where IAM is not enforced."""
    deployment.bootstrap(aws)
    deployment.deploy(aws, assembly)
    return Living(aws)


@pytest.fixture(scope="session")
def guarded_living(guarded_aws, assembly):
    """Steadyhand, deployed where IAM is enforced."""
    deployment.bootstrap(guarded_aws)
    deployment.deploy(guarded_aws, assembly)
    return Living(guarded_aws)
