"""Prometheus alerts of what is proven in production: restore tests that fail or stop, and a database that is far."""

from settings import PlatformSettings
from settings.arithmetic.schedules import longest_gap_seconds
from settings.workload.observation import Alert

_DAY = 86_400
_GRACE_SECONDS = _DAY
_DUMP_GRACE_SECONDS = 2 * 3600


def proof_alerts(settings: PlatformSettings) -> list[Alert]:
    """Alerts of the proofs that the workload asks for; JobFailed, which every product has, tells of one that failed."""
    return [*_dump(settings), *_restore_test(settings), *_round_trip(settings)]


def _dump(settings: PlatformSettings) -> list[Alert]:
    dump = settings.workload.backups.dump
    if dump is None:
        return []
    limit = longest_gap_seconds(dump.schedule) + _DUMP_GRACE_SECONDS
    return [
        _alert(
            name="DatabaseDumpOverdue",
            expression=f"{_since_success(settings, 'database-dump')} > {limit}",
            severity="critical",
            summary=f"The last database dump is older than {limit // 3600} hours",
            description="The Jobs of CronJob database-dump say where it ends: dump or upload.",
        )
    ]


def _since_success(settings: PlatformSettings, job: str) -> str:
    """Seconds since a CronJob's last success; one that never had any counts from its own beginning."""
    where = f'namespace="{settings.namespace}", cronjob="{job}"'
    succeeded, created = f"kube_cronjob_status_last_successful_time{{{where}}}", f"kube_cronjob_created{{{where}}}"
    return f"time() - (max({succeeded}) or max({created}))"


def _restore_test(settings: PlatformSettings) -> list[Alert]:
    test = settings.workload.backups.restore_test
    if test is None or settings.stack.database is None:
        return []
    limit = longest_gap_seconds(test.schedule) + _GRACE_SECONDS
    return [
        _alert(
            name="RestoreTestOverdue",
            expression=f"{_since_success(settings, 'restore-test')} > {limit}",
            severity="critical",
            summary=f"No dump was restored successfully for {limit // _DAY} days",
            description="The Jobs of CronJob restore-test say where it ends: fetch, restore, migrate or readiness.",
        )
    ]


def _round_trip(settings: PlatformSettings) -> list[Alert]:
    limit = settings.workload.verification.database_round_trip_milliseconds
    if limit is None or settings.stack.database is None:
        return []
    metric = f'groundwork_database_round_trip_seconds{{namespace="{settings.namespace}"}}'
    return [
        _alert(
            name="DatabaseRoundTripSlow",
            expression=f"avg_over_time({metric}[5m]) >= {limit / 1000:g}",
            severity="warning",
            summary=f"A statement takes {limit} ms or more to the database and back",
            description="{{ $value | humanizeDuration }} on an open connection, statement included: the pod is in"
            " another zone than the writer, the database has no CPU left, or its network has no credits.",
        ),
        _alert(
            name="DatabaseRoundTripUnknown",
            expression=f"absent({metric})",
            severity="warning",
            summary="Nobody knows how far the database is",
            description="Deployment database-round-trip has measured nothing: see the log of its container measure.",
        ),
    ]


def _alert(*, name: str, expression: str, severity: str, summary: str, description: str) -> Alert:
    stated = {"name": name, "expression": expression, "for": "10m", "severity": severity, "summary": summary}
    return Alert.model_validate({**stated, "description": description})
