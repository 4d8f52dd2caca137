"""What is read of a resource that an event names, and of every stack in a sweep; what cannot be is unknown."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any, get_args

import pytest
from types_boto3_cloudformation.literals import StackStatusType

from steadyhand.checks.deploys.resource_drift import ResourceDrift
from steadyhand.engine.survey import Survey
from steadyhand.model import ReadFailed, Unknown
from steadyhand.sources.drift_context import absent_in, ungranted, whole_of
from steadyhand.sources.drifted import Difference, Drifted, StackState
from steadyhand.sources.stack_states import AT_REST, UNREST
from tests.checks.deploys.formation import KEY, QUEUE, STACK, CloudFormation, deed
from tests.checks.recorded import Recorded, outcomes
from tests.verbs import NOW

CHECK = ResourceDrift()


def test_an_event_about_a_resource_in_sync_asks_twice_and_is_over() -> None:
    client = Recorded(CloudFormation("IN_SYNC", 90).said())
    assert list(Survey([CHECK], client, NOW, only=KEY)) == []
    assert sum(client.counts.values()) == 2


def test_what_no_stack_made_or_what_was_deleted_is_nothing_here() -> None:
    other = "AWS::SQS::Queue https://sqs.eu-central-1.amazonaws.com/123456789012/mine"
    assert outcomes(CHECK, CloudFormation().said(), only=other) == []
    assert outcomes(CHECK, CloudFormation("DELETED").said(), only=KEY) == []
    assert outcomes(CHECK, CloudFormation().said(), only="AWS::IAM::Role admin") == []


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (
            {
                "iam:SimulatePrincipalPolicy": lambda params: {
                    "EvaluationResults": [
                        {"EvalActionName": action, "EvalDecision": "implicitDeny"}
                        for action in params["ActionNames"]
                    ]
                }
            },
            "may not call sqs:GetQueueAttributes, sqs:ListQueueTags",
        ),
        (
            {"iam:SimulatePrincipalPolicy": lambda _: ReadFailed("AccessDenied", "no")},
            "nobody knows whether",
        ),
        (
            {"cloudformation:DetectStackResourceDrift": lambda _: ReadFailed("ValidationError", "Stack is in UPDATE_IN_PROGRESS state")},
            "somebody else's detection or update is running",
        ),
    ],
)  # fmt: skip
def test_an_event_that_cannot_see_is_unknown(other: Any, words: str) -> None:
    (unknown,) = outcomes(CHECK, CloudFormation().said() | other, only=KEY)
    assert isinstance(unknown, Unknown)
    assert words in unknown.reason


def test_a_resource_beyond_the_first_hundred_of_its_stack_is_of_that_stack() -> None:
    """DescribeStackResources shows a hundred, and a stack may have five hundred."""
    said = CloudFormation().said()
    (mine,) = said["cloudformation:DescribeStackResources"]({"PhysicalResourceId": QUEUE})[
        "StackResources"
    ]
    others = [
        mine | {"PhysicalResourceId": f"q-{n}", "LogicalResourceId": f"Q{n}"} for n in range(100)
    ]
    summary = {
        name: mine[name] for name in mine if name not in ("StackId", "StackName", "Timestamp")
    }
    pages = {None: ([], "two"), "two": ([summary | {"LastUpdatedTimestamp": NOW}], None)}

    def listed(params: Any) -> Any:
        found, more = pages[params.get("NextToken")]
        return {"StackResourceSummaries": found} | ({"NextToken": more} if more else {})

    full = said | {
        "cloudformation:DescribeStackResources": lambda _: {"StackResources": others},
        "cloudformation:ListStackResources": listed,
    }
    assert outcomes(CHECK, full, only=KEY) == outcomes(CHECK, said, only=KEY) != []
    few = full | {
        "cloudformation:DescribeStackResources": lambda _: {"StackResources": others[:99]}
    }
    assert outcomes(CHECK, few, only=KEY) == []


@pytest.mark.parametrize("status", get_args(StackStatusType))
def test_in_no_state_of_its_stack_is_what_was_not_compared_called_clean(status: str) -> None:
    """DetectStackResourceDrift takes stacks at rest alone; the words of its refusal are nobody's contract."""
    stacks = CloudFormation().said()["cloudformation:DescribeStacks"]
    said = CloudFormation().said() | {
        "cloudformation:DetectStackResourceDrift": lambda _: ReadFailed("ValidationError", "resource does not exist in a state"),
        "cloudformation:DescribeStacks": lambda params: {
            "Stacks": [one | {"StackStatus": status} for one in stacks(params)["Stacks"]]
        },
    }  # fmt: skip
    found = outcomes(CHECK, said, only=KEY)
    if status in AT_REST or status == "DELETE_COMPLETE":  # then the resource is what does not exist
        assert found == []
        return
    (unknown,) = found
    assert isinstance(unknown, Unknown)
    assert unknown.reason.endswith(f"it is {status.lower().replace('_', ' ')}")
    assert unknown.until
    assert (unknown.until - NOW < timedelta(hours=1)) == status.endswith("_IN_PROGRESS")


def test_every_state_of_a_stack_is_compared_told_or_holds_nothing() -> None:
    nothing = {"REVIEW_IN_PROGRESS", "CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE", "DELETE_COMPLETE"}  # fmt: skip
    assert {*AT_REST, *UNREST} == {*get_args(StackStatusType)} - nothing
    assert not {*AT_REST} & {*UNREST}


def test_a_detection_that_failed_for_one_is_unknown_for_this_one() -> None:
    """roadmap#801: DETECTION_FAILED with results for what could be read, and a reason in JSON."""
    reason = 'Failed to detect drift on some. {"RequestToken": "a", "Failures": [{"Resource": "Orders", "FailureReason": "Rate exceeded"}]}'
    status = {
        "StackId": STACK,
        "StackDriftDetectionId": "d-1",
        "DetectionStatus": "DETECTION_FAILED",
        "DetectionStatusReason": reason,
        "Timestamp": NOW,
    }
    failing: dict[str, Any] = {"cloudformation:DescribeStackDriftDetectionStatus": lambda _: status}
    (unknown,) = outcomes(CHECK, CloudFormation().said() | failing)
    assert isinstance(unknown, Unknown)
    assert "AWS was asked too much at once" in unknown.reason
    assert unknown.concerns == KEY
    # One whose comparison failed and that is in no list: what was known of the stack is not over.
    failing["cloudformation:DescribeStackResourceDrifts"] = lambda _: {"StackResourceDrifts": []}
    (unknown,) = outcomes(CHECK, CloudFormation().said() | failing)
    assert isinstance(unknown, Unknown)
    assert unknown.reason.endswith("the next sweep tries again (Orders)")
    assert (unknown.concerns, unknown.within) == (STACK, "stack_id")


def test_a_writer_beyond_the_pages_of_history_that_are_read_is_not_called_unknown() -> None:
    """LookupEvents pages by 50, latest first: the role that deploys may be on a page that we do not read."""
    tokens = count(1)
    stranger = deed("zoe", 3, "another-queue")

    def page(_: Any) -> Any:
        return {"Events": [stranger], "NextToken": f"page-{next(tokens)}"}

    for history, asked in ((page, 1), (lambda _: {"Events": [stranger]}, 0)):
        said = CloudFormation().said() | {"cloudtrail:LookupEvents": history}
        (finding,) = outcomes(CHECK, said, only=KEY)
        assert not isinstance(finding, Unknown)
        assert finding.evidence["changed_by"] == {}
        assert len(finding.evidence["asks"]) == asked


ALARM = {"AlarmName": "slow", "StateValue": "OK", "Threshold": 5.0, "OKActions": []}


@pytest.mark.parametrize(
    ("pointer", "page", "said"),
    [
        ("/Threshold", [ALARM], ({"Threshold": 5.0}, "")),
        ("/Threshold", [ALARM | {"AlarmName": "slower"}], ({}, "slow is not among those that are sent as one")),
        ("/Threshold", [ALARM | {"Metrics": [1]}], ({"Threshold": 5.0}, "it has Metrics, which is not sent with it")),
        ("/ActionsEnabled", None, ({}, "")),
    ],
)  # fmt: skip
def test_all_settings_are_read_only_of_what_is_sent_as_one(
    pointer: str, page: Any, said: Any
) -> None:
    stack = StackState(id=STACK, name="shop-dev")
    differs = (Difference(pointer=pointer),)
    found = Drifted(
        type="AWS::CloudWatch::Alarm",
        physical="slow",
        logical="Slow",
        stack=stack,
        differences=differs,
    )
    talk = whole_of(found, NOW)
    assert ended(talk, {"MetricAlarms": page}) == said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDeniedException", "kms:DescribeKey, kms:GetKeyPolicy, kms:GetKeyRotationStatus, kms:ListResourceTags"),
        ("KMSInternalException", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_key_whose_own_policy_denies_a_read_is_not_judged(code: str, said: str) -> None:
    """resource-providers-kms#69; IAM's simulation knows nothing of a key's policy."""
    found = Drifted(
        type="AWS::KMS::Key",
        physical="k-1",
        logical="Key",
        stack=StackState(id=STACK, name="shop-dev"),
        differences=(Difference(pointer="/Tags/0", kind="REMOVE"),),
    )
    answer: Any = ReadFailed(code, "no") if code else {}
    assert ended(ungranted(found, ""), answer) == said


BLOCK = "PublicAccessBlockConfiguration"


@pytest.mark.parametrize(
    ("answer", "proven"),
    [
        (ReadFailed("NoSuchPublicAccessBlockConfiguration", "there is none"), (BLOCK,)),
        (ReadFailed("AccessDenied", "the bucket's policy says no"), ()),
        ({BLOCK: {"BlockPublicAcls": True}}, ()),
    ],
)
def test_that_there_is_no_value_is_proven_by_the_service_alone(answer: Any, proven: Any) -> None:
    found = Drifted(
        type="AWS::S3::Bucket",
        physical="shop",
        logical="Bucket",
        stack=StackState(id=STACK, name="shop-dev"),
        differences=(Difference(pointer=f"/{BLOCK}", kind="REMOVE"),),
    )
    assert ended(absent_in(found), answer) == proven


def test_where_a_read_is_missing_anyway_none_is_tried() -> None:
    for granted in (None, "kms:GetKeyPolicy"):
        found = Drifted(
            type="AWS::KMS::Key",
            physical="k-1",
            logical="Key",
            stack=StackState(id=STACK, name="shop-dev"),
            differences=(Difference(pointer="/Tags/0"),),
        )
        assert ended(ungranted(found, granted), AssertionError("tried")) == granted


def ended(talk: Any, answer: Any) -> Any:
    """What a conversation comes to, where each of its calls is answered, or refused, so."""
    try:
        next(talk)
        while True:
            if isinstance(answer, Exception):
                talk.throw(answer)
            else:
                talk.send(answer)
    except StopIteration as end:
        return end.value
