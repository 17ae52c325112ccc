"""The document by which a secondary region takes over, step by step. A plan: it builds nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pulumi import Input

# Found from here, since the engine may run in another folder.
_STEPS = Path(__file__).parent / "steps"
_RUNTIME = "python3.11"
_PROMOTION_SECONDS = 3600

Step = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class TakeoverPlan:
    """What the steps act on. `unfenced` is what happens when the old database cannot be closed: refuse or accept."""

    role_arn: Input[str]
    unfenced: str
    primary_region: str
    primary_acl_id: Input[str]
    primary_health_check_id: Input[str]
    instance_identifier: Input[str]
    instance_host: Input[str]
    backup_retention_days: int
    zone_id: Input[str]
    writer_name: str
    writer_ttl_seconds: int


def document(plan: TakeoverPlan) -> dict[str, object]:
    """Give the Automation document.

    Judge, close the old database, promote the copy, turn the writer's name, keep the users here. Only a person's
    `Unfenced=accept`, stated in the stack or at the start, goes on when the old database could not be closed.
    """
    return {
        "schemaVersion": "0.3",
        "description": "Take over from the primary region: docs/runbooks/take-over-from-the-primary.md",
        "assumeRole": plan.role_arn,
        "parameters": {
            "Unfenced": {
                "type": "String",
                "default": plan.unfenced,
                "allowedValues": ["refuse", "accept"],
                "description": "Whether to go on when the old database could not be closed",
            }
        },
        "mainSteps": [*_make_certain(plan), *_promote(plan), *_switch(plan)],
    }


def _make_certain(plan: TakeoverPlan) -> list[Step]:
    """Give the steps before anything is changed for good.

    A step is critical unless it says otherwise, and then its failure makes the whole takeover "Failed", whatever came
    after: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html#automation-common.
    With consent the takeover succeeds without the fence; without, `consent` itself fails it.
    """
    return [
        _script("judge", {"HealthCheckId": plan.primary_health_check_id}) | {"onFailure": "Abort"},
        _script("fence", {"Region": plan.primary_region, "NetworkAclId": plan.primary_acl_id})
        | {"onFailure": "step:consent", "isCritical": False, "nextStep": "promote"},
        _script("consent", {"Unfenced": "{{ Unfenced }}"}) | {"onFailure": "Abort"},
    ]


def _promote(plan: TakeoverPlan) -> list[Step]:
    """Give the steps of the promotion; the instance says "available" for a moment before it begins."""
    return [
        _call(
            "promote",
            "rds",
            "PromoteReadReplica",
            {
                "DBInstanceIdentifier": plan.instance_identifier,
                "BackupRetentionPeriod": plan.backup_retention_days,
            },
        )
        | {"onFailure": "Abort"},
        {"name": "begun", "action": "aws:sleep", "inputs": {"Duration": "PT2M"}},
        {
            "name": "promoted",
            "action": "aws:waitForAwsResourceProperty",
            "timeoutSeconds": _PROMOTION_SECONDS,
            "onFailure": "Abort",
            "inputs": {
                "Service": "rds",
                "Api": "DescribeDBInstances",
                "DBInstanceIdentifier": plan.instance_identifier,
                "PropertySelector": "$.DBInstances[0].DBInstanceStatus",
                "DesiredValues": ["available"],
            },
        },
    ]


def _switch(plan: TakeoverPlan) -> list[Step]:
    """Give the steps that turn names: writes come here, and users no longer return to the old region by themselves.

    A health check that is disabled counts as healthy, and inverted so, as unhealthy for good:
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_UpdateHealthCheck.html
    """
    record = {
        "Name": plan.writer_name,
        "Type": "CNAME",
        "TTL": plan.writer_ttl_seconds,
        "ResourceRecords": [{"Value": plan.instance_host}],
    }
    change = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    return [
        _call(
            "write_here", "route53", "ChangeResourceRecordSets", {"HostedZoneId": plan.zone_id, "ChangeBatch": change}
        ),
        _call(
            "keep_users",
            "route53",
            "UpdateHealthCheck",
            {"HealthCheckId": plan.primary_health_check_id, "Disabled": True, "Inverted": True},
        )
        | {"isEnd": True},
    ]


def _script(name: str, payload: Mapping[str, Input[str]]) -> Step:
    return {
        "name": name,
        "action": "aws:executeScript",
        "inputs": {
            "Runtime": _RUNTIME,
            "Handler": "handler",
            "InputPayload": dict(payload),
            "Script": (_STEPS / f"{name}.py").read_text(encoding="utf-8"),
        },
    }


def _call(name: str, service: str, api: str, given: Mapping[str, object]) -> Step:
    return {"name": name, "action": "aws:executeAwsApi", "inputs": {"Service": service, "Api": api, **given}}
