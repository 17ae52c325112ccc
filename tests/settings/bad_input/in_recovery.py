"""Mistakes in recovery objectives: those that the settings cannot keep, and what contradicts the dumps."""

from settings.raw import Raw
from tests.settings.bad_input.case import workload

_ACCEPTED: Raw = {"accepted": "The shop is opened again by hand from its catalogue"}
_HARD: dict[str, Raw] = {f"recovery.failures.{name}": _ACCEPTED for name in ("region", "account_key", "deleted_data")}
_DUMP: dict[str, Raw] = {"backups.dump.schedule": "0 2 1 * *"}

CASES = (
    workload("recovery", {}, "an objective: rpo_minutes, rto_minutes, or both", "add `rpo_minutes: 60`", given="none"),
    workload("recovery", {"failures": {"zone": _ACCEPTED}}, "an objective", "remove the section", given="none"),
    workload("recovery", {"rpo_minutes": -1}, "0", "", at="recovery.rpo_minutes"),
    workload("recovery", {"rto_minutes": 0}, "1", "", at="recovery.rto_minutes"),
    workload("recovery", {"rto_minutes": "1h"}, "a whole number", "", at="recovery.rto_minutes"),
    workload(
        "recovery.failures.flood",
        _ACCEPTED,
        "one of account_key | bad_migration | deleted_data | instance | region | zone",
        "remove 'flood'",
        also={"recovery.rto_minutes": 600, **_HARD},
    ),
    workload(
        "recovery.failures.region.accepted", "no", "a sentence of 10 to 500", "", also={"recovery.rto_minutes": 600}
    ),
    workload(
        "recovery.rpo_minutes",
        60,
        "region, database: everything (nothing of it is kept in another region)",
        "`backup.copy_region`, or a region with `database.source: primary` (docs/how-to/another-region.md); state what"
        " can be kept; say why it may be missed: recovery.failures.{region, account_key}.accepted",
        also={"recovery.failures.deleted_data": _ACCEPTED},
        given="60",
        requirements=("GX-148",),
    ),
    workload(
        "recovery.rto_minutes",
        15,
        "bad_migration, database: 53 minutes (point-in-time recovery beside it, of the last 30 days)",
        "recovery.failures.{bad_migration}.accepted",
        also=_HARD,
        given="15",
        requirements=("GX-147",),
    ),
    workload(
        "recovery.failures.instance.rto_minutes",
        1,
        "instance, database: 2 minutes (Multi-AZ fail-over to the synchronous standby); instance, cache: 5 minutes",
        "state what can be kept",
        also={"recovery.rto_minutes": 240, **_HARD},
        given="1",
    ),
    workload(
        "backups.dump.retention_days",
        30,
        "at least 31: up to 31 days lie between two dumps of '0 2 1 * *'",
        "raise it to 31, or dump more often",
        also=_DUMP,
    ),
    workload(
        "backups.restore_test",
        {"schedule": "0 5 * * 0", "oldest_hours": 12},
        "at least 24: up to 24 hours lie between two dumps of '0 2 * * *'",
        "raise it to 24",
        at="backups.restore_test.oldest_hours",
        given="12",
    ),
)
