"""Who is notified of which alert, for Alertmanager wherever it runs: on the cluster, or in AWS' own Prometheus."""

from dataclasses import dataclass
from typing import Final

from pulumi import Input

from components.monitoring.chat_message import chat_message
from settings.arithmetic.quiet import time_intervals

Values = dict[str, object]
_QUIET = "maintenance"
NODE_LOST: Final = "NodeLost"
"""The cluster's alert that a node no longer answers."""
_FOLLOWS_FROM_A_LOST_NODE: Final = (
    "PodsNotReady",
    "KubePodNotReady",
    "KubeDeploymentReplicasMismatch",
    "KubeDeploymentRolloutStuck",
    "KubeStatefulSetReplicasMismatch",
    "KubeDaemonSetRolloutStuck",
    "KubeNodeNotReady",
    "KubeNodeUnreachable",
    "KubeNodeReadinessFlapping",
    "KubeletDown",
    "TargetDown",
)
"""Alerts that pods, targets and the node itself raise while a node is gone, by the names that the product's rules and
kube-prometheus-stack give them. What a user notices, and what a store tells of itself, is not among them."""


@dataclass(frozen=True, kw_only=True)
class Recipients:
    """Alerts go to `topic_arn` as text for people, and to `chat_topic_arn`, if any, as a chat client reads them.

    In `quiet_window`, "ddd:hh:mm-ddd:hh:mm" in UTC, none calls anybody.
    """

    topic_arn: Input[str]
    region: str
    chat_topic_arn: Input[str] | None = None
    quiet_window: str | None = None


def alert_routes(recipients: Recipients) -> Values:
    """Return Alertmanager's configuration.

    The first route cannot be muted, so what no other takes has one of its own.
    """
    window = recipients.quiet_window
    muted: Values = {"mute_time_intervals": [_QUIET]} if window else {}
    return {
        "route": {
            "receiver": "warning",
            "group_by": ["namespace", "alertname", "team"],
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "12h",
            "routes": [
                {"receiver": "null", "matchers": ['alertname =~ "Watchdog|InfoInhibitor"']},
                {"receiver": "null", "matchers": ['severity = "info"']},
                {
                    "receiver": "critical",
                    "matchers": ['severity = "critical"'],
                    # Long enough for those that tell of the same to come together.
                    "group_wait": "10s",
                    "repeat_interval": "1h",
                    **muted,
                },
                *([{"receiver": "warning", **muted}] if window else []),
            ],
        },
        "receivers": [
            {"name": "null"},
            *(_topic(severity, recipients) for severity in ("critical", "warning")),
        ],
        "inhibit_rules": _inhibitions(),
        **({"time_intervals": [{"name": _QUIET, "time_intervals": time_intervals(window)}]} if window else {}),
    }


def _inhibitions() -> list[Values]:
    """Say which alerts keep others from calling, so that one fault is one call.

    An alert's urgent form keeps the milder one of the same name quiet, a budget that burns fast the slow burning of the
    same objective, and a lost node what its pods and targets raise: those name no node, so that of the whole cluster's,
    for as long as the node is registered. Karpenter or the node group removes it within minutes.

    Of a service's errors, or its latency, one alert tells: what yields (components/product/objectives.py) would not
    fire unless it was first, so a rule that cannot yield adds nothing. Who is called for errors needs no mail as
    well, neither of its warnings nor of a service that is no longer found.
    """
    return [
        _inhibits('severity = "critical"', 'severity =~ "warning|info"', "namespace", "alertname", "objective"),
        _inhibits(
            'alertname = "ErrorBudgetBurningFast"', 'alertname = "ErrorBudgetBurningSlowly"', "objective", "service"
        ),
        _inhibits(f'alertname = "{NODE_LOST}"', f'alertname =~ "{"|".join(_FOLLOWS_FROM_A_LOST_NODE)}"'),
        {
            "source_matchers": ['signal =~ ".+"', 'yields = "true"'],
            "target_matchers": ['signal =~ ".+"', 'yields = ""'],
            "equal": ["service", "signal", "severity"],
        },
        {
            "source_matchers": ['signal = "errors"', 'severity = "critical"'],
            "target_matchers": ['signal =~ "errors|latency"', 'severity = "warning"'],
            "equal": ["service"],
        },
        {
            "source_matchers": ['signal = "errors"', 'severity = "critical"'],
            "target_matchers": ['alertname = "ServiceUnmeasured"'],
            "equal": ["service"],
        },
    ]


def _inhibits(source: str, target: str, *equal: str) -> Values:
    return {"source_matchers": [source], "target_matchers": [target], **({"equal": list(equal)} if equal else {})}


def _topic(severity: str, recipients: Recipients) -> Values:
    """Publish to SNS as the pod's own role, or as the workspace; subscribers can filter on severity and team."""
    each: Values = {
        "sigv4": {"region": recipients.region},
        "send_resolved": True,
        # SNS allows 100 characters, on one line.
        "subject": f'[{severity}] {{{{ .Status }}}}: {{{{ printf "%.60s" .GroupLabels.alertname }}}}',
        # SNS takes no empty value.
        "attributes": {"severity": severity, "team": '{{ or .GroupLabels.team "none" }}'},
    }
    topics: list[Values] = [{"topic_arn": recipients.topic_arn, **each}]
    if recipients.chat_topic_arn is not None:
        topics.append({"topic_arn": recipients.chat_topic_arn, **each, "message": chat_message(severity)})
    return {"name": severity, "sns_configs": topics}
