"""Findings by the hundred thousand are the same as one by one; and reading them asks indexes only."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.aws.ledger_rows import ACCOUNT, REGIONS, UNTIL, made
from bench.aws.ledger_server import FORMS, Table
from steadyhand.aws.client import session
from steadyhand.aws.parsers import AsWritten
from steadyhand.ledger import codec, rows
from steadyhand.ledger.compact_rows import Reader, Written
from steadyhand.ledger.table import Ledger
from steadyhand.model import Call, Finding, FindingStatus, Held, Record, Risk, Severity
from steadyhand.readings.gather import gather
from steadyhand.rhythm.reviews.review import review_of
from tests.reports.accounts import doubles

moments = st.integers(0, 10**7).map(lambda n: UNTIL + timedelta(seconds=n, microseconds=n))
hostile = st.sampled_from(
    ['"tags":{"a":"b"}', '"evidence":{', "\\", '","key":"x', "null", "\u2028", "\ud800", "é" * 9]
)
texts = st.text(max_size=20) | hostile
names = texts | st.sampled_from(("$at", "$$at", "$", "ResponseMetadata"))
leaves = st.none() | st.booleans() | st.integers() | texts | moments
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
)
findings = st.builds(
    Finding,
    check=texts,
    account=texts,
    region=texts,
    resource=texts,
    key=texts,
    name=texts,
    summary=texts,
    severity=st.sampled_from(Severity),
    resource_type=texts,
    detonates_at=st.none() | moments,
    usd_per_month=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    evidence=st.dictionaries(names | st.just("tags") | st.just("evidence"), values, max_size=4),
    tags=st.none() | st.dictionaries(names | st.just("tags"), texts, max_size=3),
)
records = st.builds(
    Record,
    finding=findings,
    status=st.sampled_from(FindingStatus),
    first_seen=moments,
    changed_at=moments,
    environment=texts,
    risk=st.sampled_from(Risk),
    plan=texts,
    held=st.none() | st.builds(Held, texts, texts),
)


@given(records, st.fixed_dictionaries({}, optional={
    "open_change": st.just("ch-0"),
    "open_since": moments.map(datetime.isoformat),
    "fixed_1": st.just(rows.NEVER) | moments.map(datetime.isoformat),
    "fixed_2": st.just(rows.NEVER) | moments.map(datetime.isoformat),
    "undone_at": moments.map(datetime.isoformat),
    "exempt_until": moments.map(datetime.isoformat),
}))  # fmt: skip
def test_a_row_is_the_same_record_compact_or_not(record: Record, more: Mapping[str, str]) -> None:
    row = rows.finding_row("pk", record) | more
    compact = Reader().record(rows.wrap(row))
    whole = rows.record_in(row)
    assert compact == whole
    assert compact.finding.id == whole.finding.id
    assert dict(compact.finding.evidence) == dict(whole.finding.evidence)
    assert codec.finding_out(compact.finding) == codec.finding_out(record.finding)
    assert rows.noteworthy(compact) == rows.noteworthy(record)


def test_what_is_written_down_is_read_only_when_asked() -> None:
    written = Written('{"a":{"$at":"2026-05-01T00:00:00+00:00"},"b":[1]}')
    assert written["a"] == datetime(2026, 5, 1, tzinfo=UTC)
    assert written == {"a": datetime(2026, 5, 1, tzinfo=UTC), "b": [1]}
    assert written != {"b": [1]}
    assert sorted(written) == ["a", "b"]
    assert json.loads(codec.text({"x": written})) == {"x": json.loads(written.text)}


def test_an_id_is_worked_out_once_and_anew_for_another_name() -> None:
    known = next(iter(compact_records(1)))
    other = replace(known.finding, name="another")
    assert replace(known.finding).id == known.finding.id
    assert other.id != known.finding.id
    assert known.finding != other


def compact_records(count: int) -> Iterator[Record]:
    reader = Reader()
    for row in made(count, 12):
        if row["sk"].startswith("finding#"):
            yield reader.record(rows.wrap(row))


class Client:
    """The double of the bench, without HTTP: it answers Query, and nothing else."""

    account = ACCOUNT

    def __init__(self, table: Table) -> None:
        self.table = table
        self.asked: Counter[str] = Counter()

    def ask(self, call: Call) -> Any:
        assert call.action == "dynamodb:Query", call.action
        assert "FilterExpression" not in call.params
        assert call.params["KeyConditionExpression"] in FORMS
        self.asked[call.params.get("IndexName", "keys")] += 1
        answer: Any = json.loads(self.table.query(call.params)[0])
        return answer

    def pages(self, call: Call) -> Iterator[Any]:
        params = dict(call.params)
        while True:
            answer = self.ask(Call(call.action, params))
            yield answer
            if "LastEvaluatedKey" not in answer:
                return
            params["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def reviewed(count: int) -> tuple[Client, float, Any]:
    aws_client = Client(Table(made(count, 12)))
    began = time.process_time()
    facts = gather(
        "monthly",
        ledger=Ledger(aws_client, "steadyhand"),
        settings=doubles.SETTINGS,
        aws=doubles.Client(bill=doubles.bill()),
        now=UNTIL + timedelta(hours=9),
    )
    review = review_of(facts)
    return aws_client, time.process_time() - began, (facts, review)


def test_every_page_is_read_by_key_or_index() -> None:
    aws_client, _, (facts, review) = reviewed(5_000)
    assert set(aws_client.asked) <= {"keys", "by_kind"}
    assert aws_client.asked["by_kind"] > 5, "more than one page of findings"
    assert len(facts.records) == 5_000
    assert len({one.finding.id for one in facts.records}) == 5_000
    assert {one.finding.region for one in facts.records} == set(REGIONS)
    assert not review.is_blank


def test_what_changes_while_it_is_read_is_not_missed() -> None:
    """It moves to the end of the list, after we were there."""

    class Moving(Client):
        def ask(self, call: Call) -> Any:
            answer = super().ask(call)
            part = self.table.parts["by_kind", f"{ACCOUNT}#finding"]
            if call.params.get("ScanIndexForward") is False and not self.asked["moved"]:
                self.asked["moved"] = 1
                row = part.pop(len(part) // 2)
                part.append(row._replace(order=UNTIL.isoformat()))
            return answer

    aws_client = Moving(Table(made(12_000, 12)))
    found = [record.finding.id for record in Ledger(aws_client, "steadyhand").records()]
    assert aws_client.asked["moved"]
    assert len(found) == len(set(found)) == 12_000


@pytest.mark.parametrize("count", [0, 1, 10, 900, 2_000, 4_000])
def test_every_finding_is_read_once(count: int) -> None:
    aws_client = Client(Table(made(count, 12) if count else []))
    found = [record.finding.id for record in Ledger(aws_client, "steadyhand").records()]
    assert len(found) == len(set(found)) == count
    assert aws_client.asked["by_kind"] <= 4 + count // 800


def test_four_times_as_much_takes_about_four_times_as_long() -> None:
    reviewed(100)  # templates, checks and imports
    short = min(reviewed(1_500)[1] for _ in range(2))
    long = min(reviewed(6_000)[1] for _ in range(2))
    assert long < 8 * short, (short, long)


def test_rows_come_as_json_says_them() -> None:
    """Botocore's walk through every value is spared, and changes nothing that is not binary."""
    model = session().get_service_model("dynamodb").operation_model("Query")
    item = {"id": {"S": "fi-1"}, "n": {"N": "1"}, "l": {"L": [{"BOOL": True}]}}
    body = {"Items": [item], "Count": 1, "LastEvaluatedKey": {"pk": {"S": "a"}}}
    answers = session().get_component("response_parser_factory")
    usual = type(answers).__mro__[1]()
    told = {"headers": {}, "status_code": 200, "body": json.dumps(body).encode(), "context": {}}
    ours, theirs = (
        factory.create_parser("json").parse(dict(told), model.output_shape)
        for factory in (answers, usual)
    )
    assert ours == theirs


@pytest.mark.parametrize("protocol", ["query", "ec2", "rest-xml", "rest-json", "json"])
def test_other_parsers_are_botocore_s(protocol: str) -> None:
    made_here = session().get_component("response_parser_factory").create_parser(protocol)
    assert isinstance(made_here, AsWritten) == (protocol == "json")
