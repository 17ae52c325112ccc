"""How long a pod of the product may run that runs to an end, which is how long its node has to wait for it."""

from components.product.database import DUMP_SECONDS, RESTORE_SECONDS
from components.product.verification import smoke_seconds
from components.runtimes.kubernetes.verification import load_seconds
from settings import PlatformSettings


def longest_run_seconds(settings: PlatformSettings) -> int:
    """Return the longest deadline of the product's Jobs, migration, dump, restore test and proofs, in seconds."""
    workload = settings.workload
    load, migration, backups = workload.verification.load, workload.migration, workload.backups
    deadlines = [
        smoke_seconds(settings),
        load_seconds(settings, load) if load is not None else 0,
        migration.deadline_seconds if migration is not None else 0,
        DUMP_SECONDS if backups.dump is not None else 0,
        RESTORE_SECONDS if backups.restore_test is not None else 0,
        *(job.deadline_seconds for job in workload.jobs.values()),
    ]
    return max(deadlines)
