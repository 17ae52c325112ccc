"""Alert rules of the event bus, from the brokers' own metrics and the kubelet's."""

from components.chart_values.rules import AlertRule, runbook

_FULL = 0.75
"""Share of a broker's volume at which RocketMQ deletes messages before their time (diskMaxUsedSpaceRatio)."""


def rules(namespace: str, *, brokers: int, name_servers: int, lag_messages: int) -> tuple[AlertRule, ...]:
    """What a person must know of: a broker or name server gone, consumers behind, volumes full, messages given up."""
    where = f'namespace="{namespace}"'
    claims = f'{where}, persistentvolumeclaim=~"data-(broker|names)-[0-9]+"'
    return (
        _rule(
            "EventBusBrokerDown",
            f'(count(up{{{where}, pod=~"broker-[0-9]+"}} == 1) or vector(0)) < {brokers}',
            "2m",
            "critical",
            "A broker of the event bus is gone",
            f"{{{{ $value }}}} of {brokers} brokers answer.",
        ),
        _rule(
            "EventBusNameServerDown",
            f'(sum(kube_statefulset_status_replicas_ready{{{where}, statefulset="names"}}) or vector(0))'
            f" < {name_servers}",
            "5m",
            "critical",
            "A name server of the event bus is gone",
            f"{{{{ $value }}}} of {name_servers} are ready; without more than half, no other broker can take over.",
        ),
        _rule(
            "EventBusConsumerLag",
            f"sum by (consumer_group, topic) (rocketmq_consumer_lag_messages{{{where}}}) > {lag_messages}",
            "10m",
            "warning",
            "A consumer group is behind",
            "{{ $labels.consumer_group }} has {{ $value }} messages of {{ $labels.topic }} before it.",
        ),
        _rule(
            "EventBusDeadLetters",
            f"sum by (consumer_group) (increase(rocketmq_send_to_dlq_messages_total{{{where}}}[15m])) > 0",
            "1m",
            "warning",
            "Messages were given up",
            "{{ $labels.consumer_group }} failed at {{ $value }} messages as often as it may try.",
        ),
        _rule(
            "EventBusVolumeFilling",
            f"1 - kubelet_volume_stats_available_bytes{{{claims}}} / kubelet_volume_stats_capacity_bytes{{{claims}}}"
            f" > {_FULL}",
            "5m",
            "critical",
            "A volume of the event bus is more than three quarters full",
            "{{ $labels.persistentvolumeclaim }} is {{ $value | humanizePercentage }} full; from three quarters on "
            "RocketMQ deletes messages before their time.",
        ),
    )


def _rule(name: str, expression: str, wait: str, severity: str, summary: str, description: str) -> AlertRule:
    return AlertRule(
        alert=name,
        expr=expression,
        for_=wait,
        labels={"severity": severity},
        annotations={"summary": summary, "description": description, **runbook("alerts-of-stores", name)},
    )
