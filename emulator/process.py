"""The process that plays AWS: its interpreter, what it is told, and what it may know of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO

HERE = Path(__file__).resolve().parent
# What a process may know of this machine: where programs and certificates are, and its language.
KEPT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "AWS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
)


def serve(
    interpreter: Path,
    listening: socket.socket,
    scratch: Path,
    out: IO[bytes],
    settings: Mapping[str, str],
) -> subprocess.Popen[bytes]:
    """Serve on a socket that listens already, until our end of its standard input closes."""
    return subprocess.Popen(
        [str(interpreter), "-m", "bridge", str(listening.fileno()), str(scratch)],
        cwd=HERE,
        env={
            **kept_environment(),
            "TMPDIR": str(scratch / "tmp"),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "CLOUDTRAIL_RECORDING": "0",
            "DOCKER_HOST": "unix:///nonexistent",
            "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.5",
            "AWS_EC2_METADATA_DISABLED": "true",
            **settings,
        },
        stdin=subprocess.PIPE,
        stdout=out,
        stderr=subprocess.STDOUT,
        pass_fds=(listening.fileno(),),
        start_new_session=True,
    )


def kept_environment() -> dict[str, str]:
    """What of our own environment a child process gets."""
    return {name: os.environ[name] for name in KEPT if name in os.environ}


def child_environment(
    url: str, account: str, secret: str, region: str, cdk_home: Path
) -> dict[str, str]:
    """The whole environment of a child process that works in an emulated account, as its root."""
    return {
        **kept_environment(),
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "CDK_HOME": str(cdk_home),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "NODE_NO_WARNINGS": "1",
    }
