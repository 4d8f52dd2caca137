"""Cuts botocore's service models down to the operations we call: the biggest lever on a cold start.

Data only: botocore's loader reads the result before its own. What is kept is kept whole (members,
traits, errors, paginators), so requests and answers are the same to the byte;
`tests/aws/test_service_models.py` holds it to that. Endpoint rules stay those of the botocore that
reads them, which on Lambda is another version than ours.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import botocore
from botocore.loaders import Loader

from steadyhand.aws.cut_models import CUT_BY
from steadyhand.ledger.codec import digest
from steadyhand.settings import private

Model = dict[str, Any]
BY_ITSELF: Mapping[str, tuple[str, ...]] = {
    "s3": ("CreateSession", "HeadBucket"),
    "signin": ("CreateOAuth2Token",),
    "sso": ("GetRoleCredentials",),
    "sso-oidc": ("CreateToken",),
    "sts": ("AssumeRole", "AssumeRoleWithWebIdentity", "GetCallerIdentity"),
}
"""What botocore calls without being told: to get credentials, and to follow a bucket elsewhere.

`tests/aws/test_credentials.py` reads them out of botocore's own code.
"""

NOTHING_MORE = {"version": 1.0, "merge": {}}
"""botocore's own additions are in already; once more, they would name shapes that are cut."""

READING = ("source.py", "sources", "checks", "cli/client.py", "aws/identity.py")
"""Where the operations of a scan are spelled."""

SPELLED = re.compile(r'"([a-z0-9-]+:[A-Z][A-Za-z0-9]+)"')


def kept() -> str | None:
    """Where the cut models of a scan lie: cut by the first scan, in the cache of the person.

    None where nothing can be kept; botocore's whole models, eight times as large, do as well.
    """
    spelled = sorted({name for file in reading() for name in SPELLED.findall(file.read_text())})
    spelled += [f"{service}:{name}" for service, names in BY_ITSELF.items() for name in names]
    name = f"models-{digest([botocore.__version__, spelled])}"
    try:
        cache = private.cache()
        folder = cache / name
        if folder.is_dir():
            private.check(folder)
    except (OSError, private.NotPrivate):
        return None
    if not folder.is_dir():
        try:
            with TemporaryDirectory(dir=cache) as scratch:
                cut(spelled, Path(scratch, "models"))
                Path(scratch, "models").rename(folder)
        except OSError:  # nothing may be written, or another scan was first
            return str(folder) if folder.is_dir() else None
    return str(folder)


def reading() -> Iterator[Path]:
    """Our files that spell what a scan asks."""
    for place in (Path(__file__).parents[1] / name for name in READING):
        yield from [place] if place.is_file() else place.rglob("*.py")


def cut(spelled: Iterable[str], folder: Path) -> Mapping[str, tuple[str, ...]]:
    """Write the models of these operations; answers which operations of which service they hold.

    What is spelled but no operation, like an IAM action, is passed over.
    """
    loader = Loader()
    kept = operations(spelled, loader)
    for service, names in kept.items():
        version = loader.determine_latest_version(service, "service-2")
        where = folder / service / version
        where.mkdir(parents=True)
        _write(where / "service-2.json", service_model(loader, service, names))
        pages = loader.load_service_model(service, "paginators-1")["pagination"]
        paged = {name: pages[name] for name in names if name in pages}
        _write(where / "paginators-1.json", {"pagination": paged})
        for kind in ("service-2", "paginators-1"):
            _write(where / f"{kind}.sdk-extras.json", NOTHING_MORE)
    _write(folder / "endpoints.json", _endpoints(loader, kept))
    _write(folder / CUT_BY, {"botocore": botocore.__version__})
    return kept


def operations(spelled: Iterable[str], loader: Loader) -> dict[str, tuple[str, ...]]:
    """The spelled names that are operations, and what botocore calls by itself, by service."""
    asked: dict[str, set[str]] = defaultdict(set)
    for service, called in BY_ITSELF.items():
        asked[service] |= set(called)
    for name in spelled:
        service, _, operation = name.partition(":")
        asked[service].add(operation)
    kept = {}
    for service in sorted(asked.keys() & set(loader.list_available_services("service-2"))):
        known = loader.load_service_model(service, "service-2")["operations"]
        names = asked[service] & known.keys()
        if any("endpointdiscovery" in known[name] for name in names):
            names |= {name for name, one in known.items() if one.get("endpointoperation")}
        if names:
            kept[service] = tuple(sorted(names))
    return kept


def service_model(loader: Loader, service: str, names: Iterable[str]) -> Model:
    """One service's model with these operations, the shapes they reach, and every error."""
    full: Model = loader.load_service_model(service, "service-2")
    kept = {name: full["operations"][name] for name in names}
    shapes = full["shapes"]
    errors = {name for name, shape in shapes.items() if shape.get("exception")}
    reached = _reached(shapes, errors | set(_named(kept)))
    left = {name: shape for name, shape in shapes.items() if name in reached}
    words = {"operations": _undocumented(kept), "shapes": _undocumented(left)}
    return {**full, **words, "documentation": ""}


def _reached(shapes: Model, waiting: set[str]) -> set[str]:
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= set(_named(shapes[name])) - reached
    return reached


def _named(part: Any) -> Iterator[str]:
    """Every shape that a part of a model names."""
    if isinstance(part, Mapping):
        if isinstance(part.get("shape"), str):
            yield part["shape"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _named(inner)


def _undocumented(part: Any) -> Any:
    """Without the words for people. A member may be called `documentation`; that one is no text.

    Elsewhere in a model botocore asks for them.
    """
    if isinstance(part, Mapping):
        return {
            name: _undocumented(inner)
            for name, inner in part.items()
            if not (name == "documentation" and isinstance(inner, str))
        }
    return [_undocumented(inner) for inner in part] if isinstance(part, list) else part


def _endpoints(loader: Loader, kept: Mapping[str, Any]) -> Model:
    endpoints: Model = loader.load_data("endpoints")
    prefixes = {
        loader.load_service_model(service, "service-2")["metadata"]["endpointPrefix"]
        for service in kept
    }
    wanted = {*prefixes, *kept}
    return {
        **endpoints,
        "partitions": [
            {
                **partition,
                "services": {
                    name: said for name, said in partition["services"].items() if name in wanted
                },
            }
            for partition in endpoints["partitions"]
        ],
    }


def _write(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, separators=(",", ":")))


def members(service: str, shape: str) -> tuple[str, ...]:
    """The names of a structure's members, as botocore's model of a service has them."""
    return tuple(Loader().load_service_model(service, "service-2")["shapes"][shape]["members"])
