"""The product's figures and alerts where there is no cluster: Amazon Managed Service for Prometheus."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import amp

from components.application.wiring import Values
from components.ecs.collector import write_url

_GROUPED_BY = ("alertname", "severity")


@dataclass(frozen=True, kw_only=True)
class ManagedPrometheusArgs:
    """`rule_groups` are those of the product, as Prometheus on a cluster reads them; `topic_arn` hears of alerts."""

    prefix: str
    region: str
    rule_groups: Sequence[Values]
    topic_arn: Input[str]
    data_key_arn: Input[str]


class ManagedPrometheus(ComponentResource):
    """A workspace, the product's rules in it, and who is told.

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
        # JSON is YAML, which the service reads.
        manager = amp.AlertManagerDefinition(
            f"{name}-notifications",
            workspace_id=workspace.id,
            definition=Output.from_input(args.topic_arn).apply(lambda topic: _definition(topic, args.region)),
            opts=ResourceOptions(parent=self),
        )
        amp.RuleGroupNamespace(
            f"{name}-rules",
            workspace_id=workspace.id,
            name=args.prefix,
            data=json.dumps({"groups": list(args.rule_groups)}, sort_keys=True),
            opts=ResourceOptions(parent=self, depends_on=[manager]),
        )


def _definition(topic_arn: str, region: str) -> str:
    """Send every alert to the topic that alarms go to, and say when it is over.

    https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-config.html
    """
    subject = "[{{ .Status }}] {{ .CommonLabels.alertname }}"
    message = (
        "{{ range .Alerts }}{{ .Labels.severity }} {{ .Labels.alertname }}: {{ .Annotations.summary }}\n"
        "{{ .Annotations.description }}\n{{ end }}"
    )
    notification = {
        "topic_arn": topic_arn,
        "sigv4": {"region": region},
        "send_resolved": True,
        "subject": subject,
        "message": message,
    }
    configuration = {
        "route": {"receiver": "notifications", "group_by": list(_GROUPED_BY), "repeat_interval": "4h"},
        "receivers": [{"name": "notifications", "sns_configs": [notification]}],
    }
    return json.dumps({"alertmanager_config": json.dumps(configuration, sort_keys=True)}, sort_keys=True)
