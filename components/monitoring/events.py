"""What AWS itself reports about the platform's resources."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import cloudwatch, rds

from components.capabilities.watched import InstanceEvents


@dataclass(frozen=True, kw_only=True)
class EventsArgs:
    """`topic_arn` hears of every event. What is None, or empty, is not there."""

    prefix: str
    topic_arn: Input[str]
    instances: Sequence[InstanceEvents] = ()
    backup_vault_name: Input[str] | None = None
    copied: bool = False
    """Whether the vault's points are copied into another region."""
    task_cluster_name: Input[str] | None = None
    """The cluster whose jobs are watched, where jobs are tasks."""


class Events(ComponentResource):
    """Events of instances, failed backup jobs, and what AWS announces for the account's resources."""

    def __init__(self, name: str, args: EventsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Events", name, None, opts)
        for each in args.instances:
            rds.EventSubscription(
                f"{name}-{each.label}",
                name=f"{args.prefix}-{each.label}",
                sns_topic=args.topic_arn,
                source_type="db-instance",
                source_ids=list(each.instance_ids),
                event_categories=list(each.categories),
                opts=ResourceOptions(parent=self),
            )
        if args.backup_vault_name is not None:
            self._backups(name, args, args.backup_vault_name)
        if args.task_cluster_name is not None:
            self._jobs(name, args, args.task_cluster_name)
        health = {"source": ["aws.health"], "detail-type": ["AWS Health Event"]}
        self._rule(name, "health", "What AWS announces: retirements, outages, scheduled changes", health, args)
        self.register_outputs({})

    def _backups(self, name: str, args: EventsArgs, vault_name: Input[str]) -> None:
        """Tell of jobs that did not end well.

        https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
        """
        jobs = {
            "source": ["aws.backup"],
            "detail-type": ["Backup Job State Change"],
            "detail": {"state": ["FAILED", "ABORTED", "EXPIRED"], "backupVaultName": [vault_name]},
        }
        self._rule(name, "backup-failed", "Backup jobs that failed, were aborted or expired", jobs, args)
        copies = {
            "source": ["aws.backup"],
            "detail-type": ["Copy Job State Change"],
            "detail": {
                "state": ["FAILED"],
                "sourceBackupVaultArn": [{"suffix": Output.concat(":backup-vault:", vault_name)}],
            },
        }
        if args.copied:
            self._rule(name, "copy-failed", "Recovery points that were not copied elsewhere", copies, args)
        restores = {
            "source": ["aws.backup"],
            "detail-type": ["Restore Job State Change"],
            "detail": {"status": ["FAILED", "ABORTED"]},
        }
        self._rule(name, "restore-failed", "Restore jobs that failed or were aborted", restores, args)

    def _jobs(self, name: str, args: EventsArgs, cluster_name: Input[str]) -> None:
        """Tell of tasks that run to an end and did not end well; those of a service belong to another group.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
        """
        failed = {
            "source": ["aws.ecs"],
            "detail-type": ["ECS Task State Change"],
            "detail": {
                "clusterArn": [{"suffix": Output.concat(":cluster/", cluster_name)}],
                "group": [{"prefix": "family:"}],
                "lastStatus": ["STOPPED"],
                "$or": [{"containers": {"exitCode": [{"anything-but": 0}]}}, {"stopCode": ["TaskFailedToStart"]}],
            },
        }
        self._rule(name, "job-failed", "Jobs that failed, took too long or did not start", failed, args)

    def _rule(
        self, name: str, key: str, description: str, pattern: Mapping[str, object], args: EventsArgs
    ) -> cloudwatch.EventTarget:
        rule = cloudwatch.EventRule(
            f"{name}-{key}",
            name=f"{args.prefix}-notify-{key}",
            description=description,
            event_pattern=_json(pattern),
            opts=ResourceOptions(parent=self),
        )
        return cloudwatch.EventTarget(
            f"{name}-{key}-topic",
            rule=rule.name,
            target_id="notifications",
            arn=args.topic_arn,
            opts=ResourceOptions(parent=self),
        )


def _json(pattern: Mapping[str, object]) -> Output[str]:
    """Serialise a pattern that may hold outputs; without any, the text is known in a preview too."""
    return Output.from_input(dict(pattern)).apply(lambda known: json.dumps(known, sort_keys=True))
