"""Alert rules of the time-series database, from the operator's own metrics and the kubelet's."""

from components.chart_values.rules import AlertRule, runbook
from settings.facts.recovery import REPLICA_BEHIND_SECONDS


def rules(
    namespace: str, cluster: str, *, instances: int, connections: int, stuck_seconds: int
) -> tuple[AlertRule, ...]:
    """What a person must know of: an instance gone, replicas behind, the archive stuck, volumes and pools full.

    The archive is stuck when nothing reached it for `stuck_seconds`.
    """
    where = f'namespace="{namespace}"'
    pods = f'{where}, pod=~"{cluster}-[0-9]+"'
    claims = f'{where}, persistentvolumeclaim=~"{cluster}-[0-9]+(-wal)?"'
    found = [
        _rule(
            "TimeseriesInstanceDown",
            f"(count(cnpg_collector_up{{{pods}}} == 1) or vector(0)) < {instances}",
            "5m",
            "critical",
            "An instance of the time-series database is gone",
            f"{{{{ $value }}}} of {instances} instances answer.",
        ),
        _rule(
            "TimeseriesArchiveStuck",
            f"cnpg_pg_stat_archiver_seconds_since_last_archival{{{pods}}} > {stuck_seconds}"
            f" and on (pod) cnpg_pg_replication_in_recovery{{{pods}}} == 0",
            "1m",
            "critical",
            "The write-ahead log has not reached S3 within the recovery point",
            "{{ $labels.pod }} archived last {{ $value }} seconds ago; what came after is on the cluster alone.",
        ),
        _rule(
            "TimeseriesBackupOverdue",
            f"time() - max(barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{{{pods}}}) > {26 * 3600}",
            "15m",
            "warning",
            "There is no base backup of the last day",
            "The last one was made {{ $value | humanizeDuration }} ago.",
        ),
        _rule(
            "TimeseriesVolumeFilling",
            f"kubelet_volume_stats_available_bytes{{{claims}}} / kubelet_volume_stats_capacity_bytes{{{claims}}} < 0.2",
            "5m",
            "critical",
            "A volume of the time-series database is more than four fifths full",
            "{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} left.",
        ),
        _rule(
            "TimeseriesConnectionsExhausted",
            f"sum by (pod) (cnpg_backends_total{{{pods}}}) / {connections} > 0.8",
            "5m",
            "warning",
            "The time-series database has few connections left",
            "{{ $labels.pod }} uses {{ $value | humanizePercentage }} of its connections.",
        ),
    ]
    if instances > 1:
        found.append(
            _rule(
                "TimeseriesReplicaBehind",
                f"max(cnpg_pg_replication_lag{{{pods}}}) > {REPLICA_BEHIND_SECONDS}",
                "5m",
                "warning",
                "A replica of the time-series database is behind",
                "It is {{ $value }} seconds behind; reads from it are as old.",
            )
        )
    return tuple(found)


def _rule(name: str, expression: str, wait: str, severity: str, summary: str, description: str) -> AlertRule:
    return AlertRule(
        alert=name,
        expr=expression,
        for_=wait,
        labels={"severity": severity},
        annotations={"summary": summary, "description": description, **runbook("alerts-of-stores", name)},
    )
