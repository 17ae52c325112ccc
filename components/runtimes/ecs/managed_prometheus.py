"""The product's metrics and alerts where there is no cluster: Amazon Managed Service for Prometheus."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import amp

from components.chart_values.rules import RuleGroup
from components.monitoring.routing import Recipients, alert_routes
from components.runtimes.ecs.collector import write_url


@dataclass(frozen=True, kw_only=True)
class ManagedPrometheusArgs:
    """`rule_groups` are those of the product, as Prometheus on a cluster reads them; `topic_arn` hears of alerts.

    So does `chat_topic_arn`, in the form of a chat client. In `quiet_window` nobody is called.
    """

    prefix: str
    region: str
    rule_groups: Sequence[RuleGroup]
    topic_arn: Input[str]
    chat_topic_arn: Input[str] | None
    data_key_arn: Input[str]
    quiet_window: str | None = None


class ManagedPrometheus(ComponentResource):
    """A workspace, the product's rules in it, and who is notified.

    https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-ruler.html
    """

    arn: Output[str]
    write_url: Output[str]

    def __init__(self, name: str, args: ManagedPrometheusArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:ManagedPrometheus", name, None, opts)
        child = ResourceOptions(parent=self)
        workspace = amp.Workspace(f"{name}-workspace", alias=args.prefix, kms_key_arn=args.data_key_arn, opts=child)
        self.arn = workspace.arn
        self.write_url = write_url(workspace.prometheus_endpoint)
        if args.rule_groups:
            self._alert(name, args, workspace)
        self.register_outputs({"arn": self.arn})

    def _alert(self, name: str, args: ManagedPrometheusArgs, workspace: amp.Workspace) -> None:
        recipients = Recipients(
            topic_arn=args.topic_arn,
            chat_topic_arn=args.chat_topic_arn,
            region=args.region,
            quiet_window=args.quiet_window,
        )
        # JSON is YAML, which the service reads.
        manager = amp.AlertManagerDefinition(
            f"{name}-notifications",
            workspace_id=workspace.id,
            # A document within a document: https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-config.html
            definition=Output.json_dumps({"alertmanager_config": Output.json_dumps(alert_routes(recipients))}),
            opts=ResourceOptions(parent=self),
        )
        amp.RuleGroupNamespace(
            f"{name}-rules",
            workspace_id=workspace.id,
            name=args.prefix,
            data=json.dumps({"groups": [group.to_helm() for group in args.rule_groups]}, sort_keys=True),
            opts=ResourceOptions(parent=self, depends_on=[manager]),
        )
