"""Counts what an idle month of the stacks uses, and writes it to `reference/idle.json`.

Only the templates are asked, so that one more queue that is polled, one more alarm or a shorter rhythm
moves the figure that people read. What no template can tell is assumed, and named here.
"""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aws_cdk import App

from stacks.build import build
from stacks.made_up import REGIONS, flags
from steadyhand.catalogue import discovery as catalogue
from steadyhand.reference.dated import DATA, HOURS_A_MONTH, dated
from steadyhand.rhythm.cost import idle
from steadyhand.settings.values import Settings
from steadyhand.source import Measured, Source
from steadyhand.triggers import Every

FILE = DATA / "idle.json"
ROOT = Path(__file__).resolve().parent.parent
HOURS = HOURS_A_MONTH

POLLERS, FEWEST = 5, 2
"""Connections that poll a queue for a function: five, and two while there is little to do, but not
where a maximum concurrency is set. docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""

LONG_POLL = 20
"""Seconds that an empty receive waits, at most; a mapping polls long.
docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html"""

A_MESSAGE = 3
"""Requests: it is sent, received and deleted."""

SECONDS: Mapping[str, float] = {"sweep": 30, "review": 60, "portal": 15, "tickets": 10}
"""Assumed of a small account: how long one run takes, generously."""

ROWS = {"sweep": (200, 20), "review": (2_000, 5), "portal": (2_000, 1), "tickets": (500, 2)}
"""Assumed: units of DynamoDB that one run reads and writes."""

FILES = {"portal": 20, "review": 10}
"""Assumed: objects that one run writes."""

STORED = {
    "dynamodb.stored.gb_month": 0.02,
    "dynamodb.recovery.gb_month": 0.02,
    "s3.stored.gb_month": 0.2,
}
LOGGED = 8e-6
"""Assumed: GB that one run writes into its log."""

ITEMS = 25
"""Assumed: resources of each kind whose metric a check reads."""

REVIEWED = {"weekly": 1, "monthly": 6}
"""Questions to Cost Explorer of one review: `readings/billing.py`; a month asks for usage twice, the
forecast, our own share and meters besides."""

ITEMS_RECORDED = 30
"""Assumed: configuration items a month where somebody changes little, as many of each type that a rule judges."""

SMALLEST = Settings()
EVERY = Settings(
    mail_to=("team@example.com",), mail_from="s@example.com", recorder="create",
    tickets="github", tickets_project="a/b",
)  # fmt: skip
"""Every choice that costs something. What each is for, its prices tell."""

Template = Mapping[str, Any]


def count(templates: Mapping[str, Template]) -> dict[str, float]:
    """What these stacks use in an idle month, by the names of the price table."""
    used = defaultdict[str, float](float, STORED)
    resources = [one for template in templates.values() for one in template["Resources"].values()]

    def each(kind: str) -> Iterator[Mapping[str, Any]]:
        return (one["Properties"] for one in resources if one["Type"] == kind)

    for alarm in each("AWS::CloudWatch::Alarm"):
        used["cloudwatch.alarm"] += len(alarm.get("Metrics", [alarm]))
    used["cloudwatch.composite_alarm"] += sum(1 for _ in each("AWS::CloudWatch::CompositeAlarm"))
    for mapping in each("AWS::Lambda::EventSourceMapping"):
        limited = mapping.get("ScalingConfig", {}).get("MaximumConcurrency")
        used["sqs.request"] += (POLLERS if limited else FEWEST) * HOURS * 3600 / LONG_POLL
    memory = {str(one["FunctionName"]).removeprefix("steadyhand-"): one["MemorySize"]
              for one in each("AWS::Lambda::Function")}  # fmt: skip
    swept = 0.0
    for schedule in each("AWS::Scheduler::Schedule"):
        runs = a_month(schedule["ScheduleExpression"])
        name, rhythm, where = f"{schedule['Name']}---".removeprefix("steadyhand-").split("-", 3)[:3]
        used["scheduler.invocation"] += runs
        add(used, run(name, runs, memory))
        if name == "sweep":
            swept += runs
            used["sqs.request"] += 2 * runs * A_MESSAGE
            add(used, run("portal", runs, memory))
            add(used, asked(float(rhythm.removesuffix("h")), runs, home=where == "home"))
        if name == "review":
            used["ce.request"] += runs * REVIEWED[rhythm]
            if any(each("AWS::SES::ConfigurationSet")):
                used["ses.mail"] += runs * sum(1 for _ in each("AWS::SNS::Subscription"))
    used["cloudwatch.metric"] += len(emitted("sweep", "portal")) * min(1.0, swept / HOURS)
    scopes = [one["Scope"]["ComplianceResourceTypes"] for one in each("AWS::Config::ConfigRule")]
    types = {kind for scope in scopes for kind in scope}
    # A change is judged by the rules that have its type in their scope: docs.aws.amazon.com/config
    # /latest/developerguide/evaluate-config_components.html
    used["config.evaluation"] += ITEMS_RECORDED * sum(map(len, scopes)) / max(1, len(types))
    used["config.item"] += ITEMS_RECORDED * sum(
        1 for _ in each("AWS::Config::ConfigurationRecorder")
    )
    return used


def add(used: dict[str, float], more: Mapping[str, float]) -> None:
    """More of what is used."""
    for name, how_much in more.items():
        used[name] += how_much


def run(name: str, runs: float, memory: Mapping[str, int]) -> dict[str, float]:
    """What so many runs of a function use."""
    reads, writes = ROWS[name]
    return {
        "lambda.request": runs,
        "lambda.gb_second": runs * SECONDS[name] * memory[name] / 1024,
        "dynamodb.read": runs * reads,
        "dynamodb.write": runs * writes,
        "s3.put": runs * FILES.get(name, 0),
        "logs.ingested.gb": runs * LOGGED,
    }


def asked(hours: float, runs: float, *, home: bool) -> dict[str, float]:
    """What the checks of one rhythm ask that is billed: the bill, and numbers of CloudWatch."""
    rhythm = Every(timedelta(hours=hours))
    checks = (
        one for one in catalogue.load() if rhythm in one.wakes and (home or not one.is_global)
    )
    sources: set[Source[Any]] = {source for check in checks for source in check.reads}
    used = defaultdict[str, float](float)
    for source in sources:
        if source.service == "ce":
            used["ce.request"] += runs
        elif isinstance(source, Measured):
            used["cloudwatch.metric_read"] += runs * ITEMS
    return used


def emitted(*functions: str) -> set[str]:
    """The metrics that functions write down in every run: one price each, for the hours they have data."""
    found: set[str] = {"Messages"}
    for name in functions:
        for node in ast.walk(ast.parse((ROOT / "functions" / f"{name}.py").read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_metric":
                found.add(ast.literal_eval(node.args[0]))
    return found


RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
UNITS = {"minute": 1 / 60, "hour": 1, "day": 24}
CRON = re.compile(r"cron\(\d+ \d+ (?:\? \* ([A-Z]{3})|1 \* \?) \*\)")
"""At one time on one day of the week, or on the first of the month."""


def a_month(expression: str) -> float:
    """How often a schedule fires in a month."""
    if found := RATE.fullmatch(expression):
        return HOURS / (int(found[1]) * UNITS[found[2]])
    if found := CRON.fullmatch(expression):
        return HOURS / 24 / 7 if found[1] else 1
    raise ValueError(f"{expression} is no schedule whose times are counted here")


def synthesised(settings: Settings, others: tuple[str, ...] = ()) -> dict[str, Template]:
    """The templates of one installation."""
    with TemporaryDirectory() as folder:
        app = App(outdir=folder, context=flags())
        build(app, settings, replace(REGIONS, others=others))
        return {stack.stack_name: stack.template for stack in app.synth().stacks}


def tables() -> dict[str, dict[str, float]]:
    """The smallest installation, and how much more each choice is."""
    smallest = count(synthesised(SMALLEST))
    more = plain(count(synthesised(EVERY)), smallest)
    mail, recorder = (of(more, service) for service in ("ses", "config"))
    return {
        "smallest": plain(smallest),
        "mail": mail,
        "recorder": recorder,
        "rules": of(recorder, "config.evaluation"),
        "tickets": {name: one for name, one in more.items() if name not in mail | recorder},
        "region": plain(count(synthesised(SMALLEST, REGIONS.others)), smallest),
    }


def of(used: Mapping[str, float], prices: str) -> dict[str, float]:
    """The part whose prices begin so."""
    return {name: how_much for name, how_much in used.items() if name.startswith(prices)}


def plain(used: Mapping[str, float], less: Mapping[str, float] | None = None) -> dict[str, float]:
    """Numbers as they are written: four digits that count, and nothing that is zero."""
    rest = {name: used[name] - (less or {}).get(name, 0.0) for name in sorted(used)}
    return {name: float(f"{value:.4g}") for name, value in rest.items() if abs(value) > 1e-9}


def as_text(tables: Mapping[str, Mapping[str, float]]) -> str:
    """The file."""
    said = json.loads(FILE.read_text("utf-8"))
    return json.dumps({**said, "quantities": tables}, indent=2) + "\n"


PRICED: str = dated("prices")["default_region"]
"""The region whose prices are told."""

SMALL = Settings(
    mail_to=("team@example.com",),
    mail_from="s@example.com",
    home=PRICED,
    regions=(PRICED,),
)
"""The small account that is spoken of: one region, one reader, a trail that is there."""

README = ROOT / "README.md"
PART = re.compile(r"(?<=<!-- idle -->\n).*?(?=\n<!-- /idle -->)", re.DOTALL)


def told() -> str:
    """What README says of it."""
    lines = idle.idle(SMALL, SMALL.home)
    rows = [f"| {one.what} | {one.cost.usd:.2f} |" for one in lines]
    whole = f"| **an idle month** | **{idle.total(SMALL, SMALL.home).usd:.2f}** |"
    return "\n".join(["| of one region, with mails | USD a month |", "|---|---:|", *rows, whole])


def write() -> None:
    """The file, and what README says of it."""
    FILE.write_text(as_text(tables()))
    dated.cache_clear()
    README.write_text(PART.sub(lambda _: told(), README.read_text("utf-8")))


if __name__ == "__main__":
    write()
