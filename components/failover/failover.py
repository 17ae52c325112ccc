"""Taking over from the primary region without manual work (AT-110)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import cloudwatch, iam, ssm

from components.failover.takeover import TakeoverPlan, document
from components.identity.granted import granted
from components.naming import bounded, role_name
from settings.facts import name_lengths

Mode = Literal["manual", "fenced", "always"]
"""Who starts a takeover, and whether it goes on when the old database cannot be closed."""

_WRITER_TTL_SECONDS = 5


@dataclass(frozen=True, kw_only=True)
class OldPrimary:
    """The region that is taken over from, and what is closed and turned away there."""

    region: str
    acl_id: Input[str]
    health_check_id: Input[str]


@dataclass(frozen=True, kw_only=True)
class FailoverArgs:
    """`alarm_name` fires when the copy receives nothing more; `topic_arn` hears how each takeover went.

    `writer_name` in the private zone `zone_id` is where this region's pods write to.
    """

    prefix: str
    region: str
    account_id: Input[str]
    mode: Mode
    primary: OldPrimary
    instance_identifier: Input[str]
    instance_arn: Input[str]
    instance_host: Input[str]
    backup_retention_days: int
    zone_id: Input[str]
    writer_name: str
    alarm_name: str
    topic_arn: Input[str]


class Failover(ComponentResource):
    """An Automation document, its role, and what starts it.

    Two witnesses must agree before anything is done: the copy's own lag, measured in this region, and Route 53's
    checkers all over the world. A takeover ends only with the old database closed, or with a person's consent.
    """

    document_name: Output[str]

    def __init__(self, name: str, args: FailoverArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Failover", name, None, opts)
        physical = role_name(f"{args.prefix}-takeover")
        role = self._role(f"{name}-role", physical, "ssm.amazonaws.com")
        allowed = self._allow(f"{name}-permissions", role, _takeover_statements(args))
        made = ssm.Document(
            f"{name}-document",
            name=physical,
            document_type="Automation",
            document_format="JSON",
            content=Output.json_dumps(document(_plan(args, granted(role.arn, [allowed])))),
            opts=ResourceOptions(parent=self),
        )
        self.document_name = made.name
        self._tell(name, args, made)
        if args.mode != "manual":
            self._start(name, args, made, role, physical)
        self.register_outputs({"documentName": self.document_name})

    def _role(self, name: str, physical: str, service: str) -> iam.Role:
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        return iam.Role(
            name,
            name=physical,
            assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
            opts=ResourceOptions(parent=self),
        )

    def _allow(self, name: str, role: iam.Role, statements: list[dict[str, object]]) -> iam.RolePolicy:
        return iam.RolePolicy(
            name,
            role=role.name,
            name="permissions",
            policy=Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
            opts=ResourceOptions(parent=self),
        )

    def _start(self, name: str, args: FailoverArgs, made: ssm.Document, role: iam.Role, physical: str) -> None:
        """Start it when the alarm fires."""
        starter = self._role(f"{name}-starter", role_name(f"{physical}-starter"), "events.amazonaws.com")
        automation = Output.concat(
            f"arn:aws:ssm:{args.region}:", args.account_id, ":automation-definition/", made.name, ":$DEFAULT"
        )
        allowed = self._allow(
            f"{name}-starter-permissions",
            starter,
            [
                {
                    "Sid": "StartThis",
                    "Effect": "Allow",
                    "Action": "ssm:StartAutomationExecution",
                    "Resource": automation,
                },
                {
                    "Sid": "AsItsRole",
                    "Effect": "Allow",
                    "Action": "iam:PassRole",
                    "Resource": role.arn,
                    "Condition": {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
                },
            ],
        )
        alarm = Output.concat(f"arn:aws:cloudwatch:{args.region}:", args.account_id, f":alarm:{args.alarm_name}")
        rule = self._rule(
            f"{name}-cut-off",
            f"{physical}-start",
            "The copy of the primary's database receives nothing more",
            {
                "source": ["aws.cloudwatch"],
                "detail-type": ["CloudWatch Alarm State Change"],
                "resources": [alarm],
                "detail": {"state": {"value": ["ALARM"]}},
            },
        )
        cloudwatch.EventTarget(
            f"{name}-start",
            rule=rule.name,
            target_id="takeover",
            arn=automation,
            role_arn=granted(starter.arn, [allowed]),
            # The event itself is no set of parameters: the document's own defaults hold.
            input="{}",
            opts=ResourceOptions(parent=self),
        )

    def _tell(self, name: str, args: FailoverArgs, made: ssm.Document) -> None:
        """Tell of every takeover, however it was started and whatever came of it.

        https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
        """
        rule = self._rule(
            f"{name}-told",
            f"{args.prefix}-notify-takeover",
            "A takeover from the primary region began or ended",
            {
                "source": ["aws.ssm"],
                "detail-type": ["EC2 Automation Execution Status-change Notification"],
                "detail": {"Definition": [made.name]},
            },
        )
        cloudwatch.EventTarget(
            f"{name}-told-topic",
            rule=rule.name,
            target_id="notifications",
            arn=args.topic_arn,
            opts=ResourceOptions(parent=self),
        )

    def _rule(self, name: str, physical: str, description: str, pattern: Mapping[str, object]) -> cloudwatch.EventRule:
        return cloudwatch.EventRule(
            name,
            name=bounded(physical, name_lengths.RULE),
            description=description,
            event_pattern=Output.json_dumps(pattern),
            opts=ResourceOptions(parent=self),
        )


def _plan(args: FailoverArgs, role_arn: Input[str]) -> TakeoverPlan:
    return TakeoverPlan(
        role_arn=role_arn,
        unfenced="accept" if args.mode == "always" else "refuse",
        primary_region=args.primary.region,
        primary_acl_id=args.primary.acl_id,
        primary_health_check_id=args.primary.health_check_id,
        instance_identifier=args.instance_identifier,
        instance_host=args.instance_host,
        backup_retention_days=args.backup_retention_days,
        zone_id=args.zone_id,
        writer_name=args.writer_name,
        writer_ttl_seconds=_WRITER_TTL_SECONDS,
    )


def _takeover_statements(args: FailoverArgs) -> list[dict[str, object]]:
    primary = args.primary
    return [
        {
            "Sid": "AskAndTurnAway",
            "Effect": "Allow",
            "Action": ["route53:GetHealthCheckStatus", "route53:UpdateHealthCheck"],
            "Resource": Output.concat("arn:aws:route53:::healthcheck/", primary.health_check_id),
        },
        {
            "Sid": "CloseTheOldDatabase",
            "Effect": "Allow",
            "Action": "ec2:CreateNetworkAclEntry",
            "Resource": Output.concat(
                f"arn:aws:ec2:{primary.region}:", args.account_id, ":network-acl/", primary.acl_id
            ),
        },
        {
            "Sid": "PromoteTheCopy",
            "Effect": "Allow",
            "Action": ["rds:PromoteReadReplica", "rds:DescribeDBInstances"],
            "Resource": args.instance_arn,
        },
        {
            "Sid": "TurnTheWritersName",
            "Effect": "Allow",
            "Action": "route53:ChangeResourceRecordSets",
            "Resource": Output.concat("arn:aws:route53:::hostedzone/", args.zone_id),
            "Condition": {
                "ForAllValues:StringEquals": {
                    "route53:ChangeResourceRecordSetsNormalizedRecordNames": [args.writer_name],
                    "route53:ChangeResourceRecordSetsActions": ["UPSERT"],
                }
            },
        },
    ]
