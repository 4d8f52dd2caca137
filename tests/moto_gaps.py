"""What moto does not answer, as AWS does."""

from __future__ import annotations

from typing import Any

from moto.backup.urls import url_paths
from moto.cloudformation.models import Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response
from moto.ssm.responses import SimpleSystemManagerResponse


def none_protected(request: Any, url: str, headers: Any) -> tuple[int, dict[str, str], str]:
    """ListProtectedResources of an account without AWS Backup: an empty list."""
    del request, url, headers
    return 200, {}, '{"Results": []}'


def nothing_happened(self: Any) -> str:
    """LookupEvents of an account of which no trail tells."""
    del self
    return '{"Events": []}'


def none_managed(self: Any) -> str:
    """DescribeInstanceInformation of an account of which Systems Manager knows no instance."""
    del self
    return '{"InstanceInformationList": []}'


def turned(self: Any) -> ActionResult:
    """UpdateTerminationProtection: the flag of one stack."""
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    stack.enable_termination_protection = self._get_bool_param("EnableTerminationProtection")
    return ActionResult({"StackId": stack.stack_id})


def none_blocked(self: Any) -> ActionResult:
    """DescribeVpcBlockPublicAccessOptions of a region in which nobody blocks the internet."""
    del self
    said = {"InternetGatewayBlockMode": "off", "State": "default-state"}
    return ActionResult({"VpcBlockPublicAccessOptions": said})


def none_kept_from(self: Any) -> ActionResult:
    """GetImageBlockPublicAccessState of a region in which images may be shared with everybody."""
    del self
    return ActionResult({"ImageBlockPublicAccessState": "unblocked"})


def fill() -> None:
    """Give moto what it lacks."""
    if not hasattr(SimpleSystemManagerResponse, "describe_instance_information"):
        SimpleSystemManagerResponse.describe_instance_information = none_managed
    url_paths.setdefault("{0}/resources/?$", none_protected)
    if not hasattr(CloudTrailResponse, "lookup_events"):
        CloudTrailResponse.lookup_events = nothing_happened
    if not hasattr(CloudFormationResponse, "update_termination_protection"):
        CloudFormationResponse.update_termination_protection = turned
        Stack.enable_termination_protection = False
    if not hasattr(EC2Response, "describe_vpc_block_public_access_options"):
        EC2Response.describe_vpc_block_public_access_options = none_blocked
    if not hasattr(EC2Response, "get_image_block_public_access_state"):
        EC2Response.get_image_block_public_access_state = none_kept_from
