"""How the time-series database is set up for the memory, volumes and machines that it gets.

Values are TimescaleDB's tuning guide's: a quarter of the memory for shared buffers, three quarters as what the planner
may expect to be cached. https://docs.timescale.com/self-hosted/latest/configuration/about-configuration/
"""

from math import ceil
from typing import Final

from settings.facts.recovery import ARCHIVE_SECONDS

_BACKGROUND_WORKERS: Final = 16
_BUILT_IN_WORKERS: Final = 3
ROW_AND_INDEX: Final = 2
"""How often a point is written: as a row, and once more in indexes."""


def parameters(*, millicores: int, mebibytes: int, wal_gib: int, connections: int, edition: str) -> dict[str, str]:
    """PostgreSQL's parameters for one instance; sizes in MB as PostgreSQL writes them (1024 * 1024 bytes)."""
    cores = max(1, millicores // 1000)
    shared = mebibytes // 4
    return {
        "timescaledb.license": edition,
        "timescaledb.telemetry_level": "off",
        "timescaledb.max_background_workers": str(_BACKGROUND_WORKERS),
        "max_connections": str(connections),
        "max_worker_processes": str(_BUILT_IN_WORKERS + _BACKGROUND_WORKERS + cores),
        "max_parallel_workers": str(cores),
        "max_parallel_workers_per_gather": str(max(1, cores // 2)),
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{mebibytes * 3 // 4}MB",
        "maintenance_work_mem": f"{min(2047, max(64, mebibytes // 16))}MB",
        # Each connection may sort twice at once, in the quarter of the memory that neither buffers nor cache have.
        "work_mem": f"{max(4, shared // (2 * connections))}MB",
        # A checkpoint every half of the log's volume, the other half for what the archive has not taken yet.
        "max_wal_size": f"{max(1, wal_gib // 2)}GB",
        "min_wal_size": f"{max(1, wal_gib // 8)}GB",
        "wal_compression": "lz4",
        "checkpoint_completion_target": "0.9",
        "archive_timeout": f"{ARCHIVE_SECONDS}s",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "200",
        "ssl_min_protocol_version": "TLSv1.3",
        "password_encryption": "scram-sha-256",
        "log_min_duration_statement": "500ms",
    }


def needed_throughput_mib(points_per_second: int, bytes_per_point: int) -> int:
    """Return the MiB a second that the data volume must take: each row, and as much again for its indexes (AT-D02)."""
    return ceil(points_per_second * bytes_per_point * ROW_AND_INDEX / 1024**2)


def pooler_instances(asked: int, instances: int) -> int:
    """Return how many poolers stand before so many instances of the database: no more than those, and one at least."""
    return min(asked, max(1, instances))
