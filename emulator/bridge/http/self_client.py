"""The emulator as its own client, for fixes that go through the API. Never call it on the serving loop."""

import functools
import os
from typing import Any

import botocore.session
from botocore.config import Config
from ministack.core.responses import get_account_id, get_region

RECORDER = "config.amazonaws.com"
FORMATION = "cloudformation.amazonaws.com"


def client(service: str, agent: str = RECORDER) -> Any:
    """A client of the account and region we are in, as the account's root."""
    return _client(service, agent, get_account_id(), get_region())


@functools.cache
def _client(service: str, agent: str, account: str, region: str) -> Any:
    return botocore.session.Session().create_client(
        service,
        region_name=region,
        endpoint_url=f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}",
        aws_access_key_id=account,
        aws_secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"],
        config=Config(
            user_agent=agent,
            retries={"total_max_attempts": 1},
            parameter_validation=False,
            s3={"addressing_style": "path"},
            inject_host_prefix=False,
        ),
    )
