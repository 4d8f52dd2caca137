"""Calls that send every setting of a resource, held against botocore's models."""

from __future__ import annotations

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.reference.drift import Type, setters, types

BOTO = botocore.session.Session()
WHOLES = pytest.mark.parametrize(
    "one", [one for one in types().values() if one.whole], ids=lambda one: one.name
)


@WHOLES
def test_all_that_a_call_sends_is_all_that_it_takes_of_what_aws_shows(one: Type) -> None:
    """What AWS shows and the call neither sends nor keeps stops us, so whatever AWS adds does too."""
    assert one.whole
    setter = setters()[one.whole.set]
    service, _, name = setter.action.partition(":")
    taken = BOTO.get_service_model(service).operation_model(name).input_shape.members
    assert {*one.whole.fields} <= {*taken} - {setter.on, "Tags"}
    assert not {*one.whole.fields} & {*one.whole.shown}
    assert not {*one.whole.shown} & ({*taken} - {setter.on})
    assert {row.field for row in one.properties} <= {*one.whole.fields}
    known = dict.fromkeys(one.whole.shown, "x")
    assert one.whole.loses(known) == ""
    for more in {*taken} - {setter.on} - {*one.whole.fields}:
        assert more in one.whole.loses(known | {more: {"a": 1}})
    assert one.whole.loses(known | {more: [] for more in taken}) == ""


def test_an_alarm_that_does_more_than_tell_a_topic_is_not_sent() -> None:
    whole = types()["AWS::CloudWatch::Alarm"].whole
    assert whole
    assert whole.loses({"AlarmActions": ["arn:aws:sns:eu-central-1:1:calls"]}) == ""
    assert "automate" in whole.loses({"OKActions": ["arn:aws:automate:eu-central-1:ec2:terminate"]})


@given(st.permutations(["arn:aws:sns:eu-central-1:1:a", "arn:aws:sns:eu-central-1:1:b"]))
def test_lists_have_no_order_and_what_is_nothing_is_left_out(actions: list[str]) -> None:
    whole = types()["AWS::CloudWatch::Alarm"].whole
    assert whole
    one = whole.spelled({"AlarmActions": actions, "Threshold": 5.0, "OKActions": [], "Unit": ""})
    assert one == {"AlarmActions": sorted(actions), "Threshold": 5}
    assert whole.spelled({"ActionsEnabled": False, "Threshold": 0.0}) == {
        "ActionsEnabled": False,
        "Threshold": 0,
    }
