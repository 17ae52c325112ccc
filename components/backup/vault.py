"""The AWS Backup vault, its plan for what holds data, and the role that Backup works under."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import backup, iam

from components.encryption.copy_place import CopyPlace
from components.identity.granted import granted
from components.naming import role_name
from components.options import stateful
from settings.facts.recovery import POINT_START_SECONDS
from settings.retention import EVERYTHING_KEPT, RetentionSettings

_PLACE = "arn:aws:iam::aws:policy/service-role"
VOLUME_TAG = "groundwork:backup"
"""On every volume that a stack's vault backs up; its value is the stack's prefix."""

_POLICIES = tuple(
    f"{_PLACE}/{name}" for name in ("AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores")
)

_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


@dataclass(frozen=True, kw_only=True)
class RecoveryPoints:
    """What the daily plan backs up: `resource` is an ARN or a pattern of one, `label` ends the selection's name.

    With `tagged`, of the pattern those alone that carry the vault's tag. With `dumped`, it is also what the product's
    logical dumps are made of. `policies` are ARNs of AWS's own policies that its kind takes beside the common ones.
    """

    name: str
    label: str
    resource: Input[str]
    tagged: bool = False
    dumped: bool = False
    policies: tuple[str, ...] = ()


VOLUMES: Final = RecoveryPoints(
    name="volumes", label="volumes-selection", resource="arn:aws:ec2:*:*:volume/*", tagged=True
)
"""Volumes of the cluster: Kubernetes makes them, so they are known by their tag alone."""


@dataclass(frozen=True, kw_only=True)
class VaultArgs:
    """`locked` keeps every recovery point for its whole retention, whoever asks; it can be lifted by an administrator.

    `points` is what the plan backs up. With `copies`, each point is copied into a vault there, locked as this one is.
    """

    prefix: str
    retention_days: int
    locked: bool
    data_key_arn: Input[str]
    points: Sequence[RecoveryPoints]
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT
    copies: CopyPlace | None = None


class Vault(ComponentResource):
    """Daily recovery points of what holds data, apart from a store's own backups.

    RDS's automated backups are lost with the instance or by a wrong setting; a locked vault's are not.
    """

    vault_name: Output[str]
    arn: Output[str]
    plan_id: Output[str]

    def __init__(self, name: str, args: VaultArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Vault", name, None, opts)
        vault = self._locked(name, args, args.data_key_arn)
        self.vault_name = vault.name
        self.arn = vault.arn
        copies = args.copies
        there = self._locked(f"{name}-copies", args, copies.key_arn, copies.region) if copies else None
        self.plan_id = self._plan(name, args, there)
        self.register_outputs({"vaultName": self.vault_name, "arn": self.arn})

    def _locked(self, name: str, args: VaultArgs, key_arn: Input[str], region: str | None = None) -> backup.Vault:
        """Make a vault, in the stack's own region without another, that keeps what is in it if the stack says so."""
        vault = backup.Vault(
            f"{name}-vault",
            name=args.prefix,
            region=region,
            kms_key_arn=key_arn,
            force_destroy=not args.retention.vault,
            opts=stateful(self, protect=args.protect, retain=args.retention.vault),
        )
        if args.locked:
            # Without `changeable_for_days` the lock is in governance mode: compliance mode could never be undone.
            backup.VaultLockConfiguration(
                f"{name}-lock",
                backup_vault_name=vault.name,
                region=region,
                min_retention_days=args.retention_days,
                max_retention_days=args.retention_days,
                opts=ResourceOptions(parent=self, retain_on_delete=args.retention.vault),
            )
        return vault

    def _plan(self, name: str, args: VaultArgs, there: backup.Vault | None) -> Output[str]:
        child = ResourceOptions(parent=self)
        copying = [
            backup.PlanRuleCopyActionArgs(
                destination_vault_arn=vault.arn,
                lifecycle=backup.PlanRuleCopyActionLifecycleArgs(delete_after=args.retention_days),
            )
            for vault in ([there] if there else [])
        ]
        plan = backup.Plan(
            f"{name}-plan",
            name=f"{args.prefix}-daily",
            rules=[
                backup.PlanRuleArgs(
                    rule_name="daily",
                    target_vault_name=self.vault_name,
                    schedule="cron(0 4 * * ? *)",
                    schedule_expression_timezone="Etc/UTC",
                    # Minutes: started within an hour, after RDS's own window, and done within six.
                    start_window=POINT_START_SECONDS // 60,
                    completion_window=360,
                    lifecycle=backup.PlanRuleLifecycleArgs(delete_after=args.retention_days),
                    recovery_point_tags={"Plan": f"{args.prefix}-daily"},
                    copy_actions=copying or None,
                )
            ],
            opts=child,
        )
        role = self._role(name, args)
        for points in args.points:
            self._selection(name, args, points, plan.id, role)
        return plan.id

    def _selection(
        self, name: str, args: VaultArgs, points: RecoveryPoints, plan_id: Output[str], role: Output[str]
    ) -> None:
        tag = backup.SelectionConditionStringEqualArgs(key=f"aws:ResourceTag/{VOLUME_TAG}", value=args.prefix)
        backup.Selection(
            f"{name}-{points.label}",
            name=points.name,
            plan_id=plan_id,
            iam_role_arn=role,
            resources=[points.resource],
            conditions=[backup.SelectionConditionArgs(string_equals=[tag])] if points.tagged else None,
            opts=ResourceOptions(parent=self),
        )

    def _role(self, name: str, args: VaultArgs) -> Output[str]:
        child = ResourceOptions(parent=self)
        role = iam.Role(f"{name}-role", name=role_name(f"{args.prefix}-backup"), assume_role_policy=_TRUST, opts=child)
        policies = dict.fromkeys([*_POLICIES, *(policy for points in args.points for policy in points.policies)])
        attached = [
            iam.RolePolicyAttachment(f"{name}-{arn.rsplit('/', 1)[-1]}", role=role.name, policy_arn=arn, opts=child)
            for arn in policies
        ]
        return granted(role.arn, attached)
