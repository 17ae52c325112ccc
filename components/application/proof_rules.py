"""Prometheus alerts of what is proven in production: restore tests that fail or stop, and a database that is far."""

from settings import PlatformSettings
from settings.workload.observation import Alert

_DAY = 86_400
_GRACE_SECONDS = _DAY


def proof_alerts(settings: PlatformSettings) -> list[Alert]:
    """Alerts of the proofs that the workload asks for; JobFailed, which every product has, tells of one that failed."""
    return [*_restore_test(settings), *_round_trip(settings)]


def _restore_test(settings: PlatformSettings) -> list[Alert]:
    test = settings.workload.backups.restore_test
    if test is None or settings.stack.database is None:
        return []
    where = f'namespace="{settings.namespace}", cronjob="restore-test"'
    limit = longest_gap_seconds(test.schedule) + _GRACE_SECONDS
    # Before the first success the CronJob's own age counts, so that a test that never passed is told of, too.
    since = (
        f"time() - (max(kube_cronjob_status_last_successful_time{{{where}}}) or max(kube_cronjob_created{{{where}}}))"
    )
    return [
        _alert(
            name="RestoreTestOverdue",
            expression=f"{since} > {limit}",
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


def longest_gap_seconds(schedule: str) -> int:
    """Give the time between two runs of a cron line that names its days: 31 days, a week, or a day."""
    _, _, day, month, weekday = schedule.split()
    if month != "*":
        return 366 * _DAY
    if day != "*" and weekday == "*":
        return 31 * _DAY
    return 7 * _DAY if weekday != "*" else _DAY


def _alert(*, name: str, expression: str, severity: str, summary: str, description: str) -> Alert:
    stated = {"name": name, "expression": expression, "for": "10m", "severity": severity, "summary": summary}
    return Alert.model_validate({**stated, "description": description})
