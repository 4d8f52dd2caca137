"""The doctor lists, stack by stack, the types whose drift nobody sees."""

from __future__ import annotations

from typing import Any

from steadyhand.cli.doctor.drift import MOST, of_stacks
from steadyhand.cli.doctor.line import Sign
from steadyhand.model import Answer, Call, ReadFailed
from steadyhand.reference.drift import types

ROLE = "arn:aws:iam::123456789012:role/steadyhand-drift"


class Account:
    """Stacks with their types, and what the role may not read. A question to IAM names 100 actions at most."""

    region, partition, account = "eu-central-1", "aws", "123456789012"

    def __init__(
        self, stacks: dict[str, list[str]], denied: tuple[str, ...] = (), role: str = ROLE
    ):
        self.stacks, self.denied, self.role = stacks, denied, role

    def ask(self, call: Call) -> Answer:
        if call.action == "iam:GetRole" and not self.role:
            raise ReadFailed("NoSuchEntity", "no such role")
        return {"Role": {"Arn": self.role}}

    def pages(self, call: Call) -> Any:
        if call.action == "cloudformation:ListStacks":
            yield {"StackSummaries": [{"StackName": n, "StackId": n} for n in self.stacks]}
        elif call.action == "cloudformation:ListStackResources":
            kinds = self.stacks[call.params["StackName"]]
            for kind in kinds:  # a page each
                yield {"StackResourceSummaries": [{"ResourceType": kind}]}
        elif "iam:SimulatePrincipalPolicy" in self.denied:
            raise ReadFailed("AccessDenied", "no")
        else:
            assert call.action == "iam:SimulatePrincipalPolicy"
            assert call.params["PolicySourceArn"] == self.role
            assert 0 < len(call.params["ActionNames"]) <= 100
            yield {
                "EvaluationResults": [
                    {
                        "EvalActionName": one,
                        "EvalDecision": "implicitDeny" if one in self.denied else "allowed",
                    }
                    for one in call.params["ActionNames"]
                ]
            }


def lines(*more: Any, **stacks: list[str]) -> list[tuple[Sign, str]]:
    return [(one.sign, one.said) for one in of_stacks(Account(stacks, *more))]  # type: ignore[arg-type]


def test_all_that_is_known_can_be_compared() -> None:
    said = lines(shop=[*types(), "AWS::CDK::Metadata"], empty=[])
    assert said == [(Sign.OK, "every type of 2 stacks can be compared")]


def test_each_stack_names_the_types_that_nobody_compares() -> None:
    said = lines(
        shop=["AWS::SQS::Queue", "AWS::EKS::Cluster", "Custom::Seed"], queue=["AWS::SQS::Queue"]
    )
    assert said == [(Sign.LATER, "shop: AWS::EKS::Cluster and Custom::Seed cannot be read")]


def test_a_type_whose_reads_are_not_all_granted_is_named_with_what_is_missing() -> None:
    said = lines(("sqs:ListQueueTags",), shop=["AWS::SQS::Queue"])
    assert said == [
        (Sign.LATER, "shop: AWS::SQS::Queue cannot be read"),
        (
            Sign.MISSING,
            "steadyhand-drift lacks sqs:ListQueueTags; types that need it are not judged",
        ),
    ]


def test_without_the_role_nothing_is_compared_and_nothing_is_called_clean() -> None:
    ((sign, said),) = lines((), "", shop=["AWS::SQS::Queue"])
    assert (sign, "compares nothing" in said) == (Sign.LATER, True)


def test_what_may_not_be_asked_is_said() -> None:
    denied = ("iam:SimulatePrincipalPolicy",)
    assert lines(denied, shop=["AWS::SQS::Queue"]) == [
        (Sign.UNREAD, "may not be read (AccessDenied)")
    ]


def test_a_hundred_stacks_are_not_a_hundred_lines() -> None:
    said = lines(**{f"s{n}": ["AWS::EKS::Cluster"] for n in range(100)})
    assert len(said) == MOST + 1
    assert said[-1] == (Sign.LATER, f"{100 - MOST} stacks more have types that cannot be read")
