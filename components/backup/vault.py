"""The AWS Backup vault, its plan for the database and the cluster's volumes, and the role that Backup works under."""

import json
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import backup, iam

from components.identity.granted import granted
from components.naming import bounded
from components.options import stateful

_PLACE = "arn:aws:iam::aws:policy/service-role"
VOLUME_TAG = "groundwork:backup"
"""On every volume that a stack's vault backs up; its value is the stack's prefix."""

_POLICIES = ("AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores")

_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


@dataclass(frozen=True, kw_only=True)
class VaultArgs:
    """`locked` keeps every recovery point for its whole retention, whoever asks; it can be lifted by an administrator.

    `database_arn` and `file_system_arn` are what the plan backs up; with `volumes`, also every EBS volume that carries
    the vault's tag.
    """

    prefix: str
    retention_days: int
    locked: bool
    data_key_arn: Input[str]
    database_arn: Input[str] | None
    protect: bool
    volumes: bool = False
    file_system_arn: Input[str] | None = None


class Vault(ComponentResource):
    """Daily recovery points of the database, apart from the database's own backups.

    RDS's automated backups are lost with the instance or by a wrong setting; a locked vault's are not.
    """

    vault_name: Output[str]
    arn: Output[str]
    plan_id: Output[str]

    def __init__(self, name: str, args: VaultArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Vault", name, None, opts)
        vault = backup.Vault(
            f"{name}-vault",
            name=args.prefix,
            kms_key_arn=args.data_key_arn,
            force_destroy=not args.protect,
            opts=stateful(self, protect=args.protect),
        )
        self.vault_name = vault.name
        self.arn = vault.arn
        if args.locked:
            # Without `changeable_for_days` the lock is in governance mode: compliance mode could never be undone.
            backup.VaultLockConfiguration(
                f"{name}-lock",
                backup_vault_name=vault.name,
                min_retention_days=args.retention_days,
                max_retention_days=args.retention_days,
                opts=ResourceOptions(parent=self),
            )
        self.plan_id = self._plan(name, args)
        self.register_outputs({"vaultName": self.vault_name, "arn": self.arn})

    def _plan(self, name: str, args: VaultArgs) -> Output[str]:
        child = ResourceOptions(parent=self)
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
                    start_window=60,
                    completion_window=360,
                    lifecycle=backup.PlanRuleLifecycleArgs(delete_after=args.retention_days),
                    recovery_point_tags={"Plan": f"{args.prefix}-daily"},
                )
            ],
            opts=child,
        )
        role = self._role(name, args)
        if args.database_arn is not None:
            backup.Selection(
                f"{name}-selection",
                name="database",
                plan_id=plan.id,
                iam_role_arn=role,
                resources=[args.database_arn],
                opts=child,
            )
        if args.file_system_arn is not None:
            backup.Selection(
                f"{name}-files-selection",
                name="files",
                plan_id=plan.id,
                iam_role_arn=role,
                resources=[args.file_system_arn],
                opts=child,
            )
        if args.volumes:
            self._volumes(name, args, plan.id, role)
        return plan.id

    def _volumes(self, name: str, args: VaultArgs, plan_id: Output[str], role: Output[str]) -> None:
        """Kubernetes makes the volumes, so they are known by their tag alone."""
        backup.Selection(
            f"{name}-volumes-selection",
            name="volumes",
            plan_id=plan_id,
            iam_role_arn=role,
            resources=["arn:aws:ec2:*:*:volume/*"],
            conditions=[
                backup.SelectionConditionArgs(
                    string_equals=[
                        backup.SelectionConditionStringEqualArgs(key=f"aws:ResourceTag/{VOLUME_TAG}", value=args.prefix)
                    ]
                )
            ],
            opts=ResourceOptions(parent=self),
        )

    def _role(self, name: str, args: VaultArgs) -> Output[str]:
        child = ResourceOptions(parent=self)
        role = iam.Role(
            f"{name}-role", name=bounded(f"{args.prefix}-backup", 64), assume_role_policy=_TRUST, opts=child
        )
        attached = [
            iam.RolePolicyAttachment(f"{name}-{policy}", role=role.name, policy_arn=f"{_PLACE}/{policy}", opts=child)
            for policy in _POLICIES
        ]
        return granted(role.arn, attached)
