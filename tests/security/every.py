"""Every parser of strangers' words, by the name under which `make trust` counts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.security import outside, parsers, samples, samples_outside


@dataclass(frozen=True, kw_only=True)
class Parser:
    """`read` is given whatever may come; `samples` are what comes on a good day."""

    name: str
    read: Callable[[Any], None]
    samples: tuple[Any, ...]


def of(
    name: str, read: Callable[[Any], None], make: Callable[[], tuple[Any, ...]] | tuple[Any, ...]
) -> Parser:
    return Parser(name=name, read=read, samples=make() if callable(make) else make)


PARSERS = {
    one.name: one
    for one in (
        of("events", parsers.of_event, samples.events),
        of("alarms", parsers.of_alarm, samples.ALARMS),
        of("bounces", parsers.of_bounce, samples.BOUNCES),
        of("AWS Config", parsers.of_config, samples.CONFIG),
        of("messages", parsers.of_message, samples.JSON),
        of("requests of people", parsers.of_request, samples.REQUESTS),
        of("values of the ledger", parsers.of_codec, samples.JSON),
        of("rows of the ledger", parsers.of_row, samples.ledger_rows),
        of("mails that were kept", parsers.of_kept_mail, samples.kept_mails),
        of("words", parsers.of_words, samples.JSON),
        of("settings", parsers.of_settings, samples.settings),
        of("exemptions in a file", parsers.of_exemptions, samples.EXEMPTIONS),
        of("reports of Terraform", parsers.of_terraform, samples.terraforms),
        of("change sets", parsers.of_change_set, samples.CHANGE_SETS),
        of("a scan as baseline", parsers.of_baseline, samples.scans),
        of("the last scan", parsers.of_kept_scan, samples.kept_scans),
        of("pages from the bucket", outside.of_pages, samples.pages),
        of("issues of GitHub", outside.of_github, samples_outside.of_github),
        of("issues of GitLab", outside.of_gitlab, samples_outside.of_gitlab),
        of("certificates", outside.of_certificate, samples_outside.certificates),
        of("answers of registries", outside.of_registry, samples_outside.REGISTRY),
        of("handshakes", outside.of_handshake, samples_outside.flights),
    )
}
