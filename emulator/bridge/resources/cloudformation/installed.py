"""Resource types that ministack's CloudFormation does not know, made through the API like a person would.

A type that has nothing to make here is in `RECORDED`: the stack holds it, and nothing else does.
"""

import logging
from collections.abc import Callable

from botocore.exceptions import ClientError
from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb, lambda_svc, s3
from ministack.services.cloudformation import provisioners, stacks

from . import adoption, drift_permissions, drift_readers, drift_results, ec2, others, records
from .resource_type import Properties, ResourceType

log = logging.getLogger("bridge.formation")
TYPES = {**ec2.TYPES, **records.TYPES, **others.TYPES}
TABLES = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
RECORDED = (
    "AWS::CloudWatch::AnomalyDetector",
    "AWS::Config::ConfigurationAggregator",
    "AWS::Config::RemediationConfiguration",
    "AWS::Lambda::CodeSigningConfig",
    "AWS::Logs::QueryDefinition",
    "AWS::ResourceGroups::Group",
    "AWS::SSM::Document",
    "AWS::ServiceCatalogAppRegistry::Application",
    "AWS::XRay::Group",
    "AWS::XRay::SamplingRule",
)


def install() -> None:
    """Teach ministack's CloudFormation the types it lacks."""
    handlers = provisioners._RESOURCE_HANDLERS
    for kind, made in TYPES.items():
        handlers[kind] = _handler(made)
    for kind in RECORDED:
        handlers.setdefault(kind, _handler(_recorded(kind)))
    waits = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda kind: kind in TYPES or waits(kind)
    _keep_dead_letter_queues(handlers["AWS::Lambda::Function"])
    for kind in TABLES:
        _keep_protection(handlers[kind])
    _keep_ownership(handlers["AWS::S3::Bucket"])
    for subject in (drift_readers, drift_permissions, drift_results):
        subject.install()
    adoption.install(*TABLES)


def _handler(made: ResourceType) -> dict[str, Callable]:
    def create(logical: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        return made.create(properties, provisioners._physical_name(stack, logical, max_len=64))

    def delete(physical: str, properties: Properties) -> None:
        try:
            made.delete(physical, properties)
        except ClientError as gone:
            if "NotFound" not in str(gone) and "NoSuch" not in str(gone):
                raise

    def update(
        physical: str, old: Properties, new: Properties, stack: str, logical: str
    ) -> tuple[str, Properties]:
        if made.update:
            answered = made.update(physical, new)
            return answered if isinstance(answered, tuple) else (physical, {})
        delete(physical, old)
        return create(logical or physical, new, stack)

    return {"create": create, "delete": delete, "update": update, "update_with_logical_id": True}


def _recorded(kind: str) -> ResourceType:
    def create(_properties: Properties, name: str) -> tuple[str, Properties]:
        log.warning("%s %s is recorded in its stack only", kind, name)
        service = kind.split("::")[1].lower()
        return name, {
            "Arn": f"arn:aws:{service}:{get_region()}:{get_account_id()}:{name}",
            "Id": name,
        }

    return ResourceType(create, lambda _id, _properties: None, lambda i, p: create(p, i))


def _keep_protection(handler: dict[str, Callable]) -> None:
    """Ministack's tables forget `PointInTimeRecoverySpecification`, and what is said of a replica."""
    created = handler["create"]

    def create(logical: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        made = created(logical, properties, stack)
        for said in (properties, *properties.get("Replicas", ())):
            if said.get("Region") not in (None, get_region()):
                continue
            wanted = said.get("PointInTimeRecoverySpecification") or {}
            if wanted.get("PointInTimeRecoveryEnabled") in (True, "true"):
                dynamodb._pitr_settings[made[0]] = True
            if said.get("DeletionProtectionEnabled") in (True, "true"):
                dynamodb._tables[made[0]]["DeletionProtectionEnabled"] = True
        return made

    handler["create"] = create


def _keep_ownership(handler: dict[str, Callable]) -> None:
    """Ministack's buckets forget `OwnershipControls`."""
    created = handler["create"]

    def create(logical: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        made = created(logical, properties, stack)
        for rule in (properties.get("OwnershipControls") or {}).get("Rules", ())[:1]:
            said = f"<Rule><ObjectOwnership>{rule['ObjectOwnership']}</ObjectOwnership></Rule>"
            controls = f'<OwnershipControls xmlns="{s3.S3_NS}">{said}</OwnershipControls>'
            s3._buckets[made[0]]["_ownership_controls"] = controls
        return made

    handler["create"] = create


def _keep_dead_letter_queues(handler: dict[str, Callable]) -> None:
    """Ministack's AWS::Lambda::Function forgets `DeadLetterConfig`."""
    created = handler["create"]

    def create(logical: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        made = created(logical, properties, stack)
        if properties.get("DeadLetterConfig"):
            lambda_svc._functions[made[0]]["config"]["DeadLetterConfig"] = properties[
                "DeadLetterConfig"
            ]
        return made

    handler["create"] = create
