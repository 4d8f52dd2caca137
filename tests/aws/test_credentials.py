"""Whoever botocore lets in gets in with cut models too: each provider, over real sockets.

What AWS answers: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html,
https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html,
https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import botocore
import pytest
from botocore import xform_name
from botocore.loaders import Loader

from steadyhand.aws import client as aws
from steadyhand.aws.service_models import BY_ITSELF, cut
from steadyhand.model import Call

WHO = Call("sts:GetCallerIdentity")
LATER = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
ROLE = "arn:aws:iam::123456789012:role/audit"
START = "https://example.awsapps.com/start"


class Double(BaseHTTPRequestHandler):
    """STS, the SSO portal, SSO-OIDC, the container agent and instance metadata on one port."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str]]

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        what = form.get("Action") or self.path.partition("?")[0]
        key = self.headers.get("Authorization", "").partition("Credential=")[2].partition("/")[0]
        self.asked.append((what, key))
        if what in ("AssumeRole", "AssumeRoleWithWebIdentity"):
            name = form["RoleArn"].rpartition("/")[2]
            return self.say(xml(what, f"<Credentials>{keys_xml(name)}</Credentials>"), "text/xml")
        if what == "GetCallerIdentity":
            said = f"<Arn>arn:aws:sts::123456789012:assumed-role/{key}/me</Arn>"
            return self.say(xml(what, f"{said}<UserId>x</UserId><Account>123456789012</Account>"))
        if what == "/federation/credentials":
            made = {
                "accessKeyId": "SSO",
                "secretAccessKey": "s",
                "sessionToken": "t",
                "expiration": int((datetime.now(UTC).timestamp() + 3600) * 1000),
            }
            return self.say(json.dumps({"roleCredentials": made}))
        if what == "/token":
            fresh = {"accessToken": "new", "expiresIn": 3600, "refreshToken": "r2"}
            return self.say(json.dumps(fresh))
        if what == "/latest/api/token":
            return self.say("TOKEN")
        if what == "/latest/meta-data/iam/security-credentials/":
            return self.say("machine")
        named = "MACHINE" if "machine" in what else "CONTAINER"
        return self.say(json.dumps({"Code": "Success", "RoleArn": ROLE} | keys(named)))

    def say(self, body: str, kind: str = "application/json") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("X-aws-ec2-metadata-token-ttl-seconds", "21600")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    do_GET = do_POST = do_PUT = answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


def keys(name: str) -> dict[str, str]:
    return {
        "AccessKeyId": name,
        "SecretAccessKey": "s",
        "Token": "t",
        "Expiration": LATER,
        "Type": "AWS-HMAC",
    }


def keys_xml(name: str) -> str:
    said = {**keys(name), "SessionToken": "t"}
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")
    return "".join(f"<{one}>{said[one]}</{one}>" for one in names)


def xml(action: str, inside: str) -> str:
    return f"<{action}Response><{action}Result>{inside}</{action}Result></{action}Response>"


@contextmanager
def serving() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    asked: list[tuple[str, str]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("D", (Double,), {"asked": asked}))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("models")
    cut(["s3:ListBuckets"], folder / "cut")
    return str(folder / "cut")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of nobody: no keys in its environment."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    cache = str(tmp_path / ".aws" / "sso" / "cache")
    monkeypatch.setattr("botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR", cache)
    monkeypatch.setattr("botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR", cache)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path


BASE = "[profile base]\naws_access_key_id = BASE\naws_secret_access_key = s\n"


def assumed(place: Path, env: Callable[[str, str], None], url: str) -> str:
    """A role, with the keys of another profile."""
    (place / "config").write_text(
        f"{BASE}[profile me]\nrole_arn = {ROLE}\nsource_profile = base\nregion = eu-central-1\n"
    )
    return "audit"


def chained(place: Path, env: Callable[[str, str], None], url: str) -> str:
    """A role through a role; the profile named by the environment."""
    (place / "config").write_text(
        f"{BASE}[profile mid]\nrole_arn = {ROLE}-mid\nsource_profile = base\n"
        f"[profile me]\nrole_arn = {ROLE}\nsource_profile = mid\n"
    )
    env("AWS_PROFILE", "me")
    return "audit"


def web_identity(place: Path, env: Callable[[str, str], None], url: str) -> str:
    """A role by an OIDC token, as in EKS and GitHub Actions."""
    (place / "token").write_text("a.jwt")
    env("AWS_WEB_IDENTITY_TOKEN_FILE", str(place / "token"))
    env("AWS_ROLE_ARN", ROLE)
    return "audit"


def sso(place: Path, env: Callable[[str, str], None], url: str) -> str:
    """IAM Identity Center, after `aws sso login`; the token is about to end and is renewed."""
    (place / "config").write_text(
        f"[sso-session us]\nsso_start_url = {START}\nsso_region = eu-central-1\n"
        "[profile me]\nsso_session = us\nsso_account_id = 123456789012\nsso_role_name = audit\n"
    )
    cache = place / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    token = {
        "startUrl": START,
        "region": "eu-central-1",
        "accessToken": "old",
        "expiresAt": (datetime.now(UTC) + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "clientId": "c",
        "clientSecret": "s",
        "refreshToken": "r",
        "registrationExpiresAt": LATER,
    }
    (cache / f"{sha1(b'us').hexdigest()}.json").write_text(json.dumps(token))
    return "SSO"


def process(place: Path, env: Callable[[str, str], None], url: str) -> str:
    """Another program says them."""
    said = json.dumps({"Version": 1} | keys("PROCESS") | {"SessionToken": "t"})
    (place / "say.py").write_text(f"print({said!r})")
    (place / "config").write_text(
        f"[profile me]\ncredential_process = {sys.executable} {place / 'say.py'}\n"
    )
    return "PROCESS"


def container(place: Path, env: Callable[[str, str], None], url: str) -> str:
    """ECS, EKS Pod Identity, CloudShell."""
    env("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{url}/container")
    return "CONTAINER"


def machine(place: Path, env: Callable[[str, str], None], url: str) -> str:
    """An EC2 instance with a role."""
    env("AWS_EC2_METADATA_DISABLED", "false")
    env("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
    return "MACHINE"


PROVIDERS = (assumed, chained, web_identity, sso, process, container, machine)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.__name__)
def test_every_provider_of_credentials_lets_in(
    provider: Any, models: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows 1: with a profile, and by the environment."""
    with serving() as (url, asked):
        key = provider(place, monkeypatch.setenv, url)
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        named = "me" if "[profile me]" in text_of(place / "config") else None
        session = aws.session(models, named)
        client = aws.Botocore("eu-central-1", session=session, workers=False)
        assert client.identity.endswith(f":assumed-role/{key}/me")
        assert client.counts == {WHO.action: 1}
        if provider is chained:
            assert [what for what, _ in asked].count("AssumeRole") == 2
        if provider is sso:
            assert "/token" in [what for what, _ in asked]


def text_of(file: Path) -> str:
    return file.read_text() if file.exists() else ""


def test_what_botocore_calls_by_itself_is_kept() -> None:
    """Read out of its own code: methods of clients that are operations of those services."""
    loader, found = Loader(), set()
    methods = {
        service: {xform_name(name): name for name in operations_of(loader, service)}
        for service in BY_ITSELF
    }
    for file in Path(botocore.__file__).parent.glob("*.py"):
        if file.name in ("signers.py", "stub.py", "eventstream.py", "waiter.py"):
            continue  # examples in docstrings, and helpers that nobody here calls
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = ast.unparse(node.func.value)
                for service, known in methods.items():
                    if owner.endswith("client") and node.func.attr in known:
                        found.add((service, known[node.func.attr]))
    kept = {(service, name) for service, names in BY_ITSELF.items() for name in names}
    assert found
    assert found <= kept | {("sts", "GetCallerIdentity")}


def operations_of(loader: Loader, service: str) -> list[str]:
    return list(loader.load_service_model(service, "service-2")["operations"])
