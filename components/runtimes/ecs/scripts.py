"""The scripts of the charts, for containers: both runtimes set the database up and dump it by the same lines.

A task has no ConfigMap: a script travels in a variable of the task definition, which takes 64 KiB in all, and is
written to the task's scratch disk before it runs.
"""

from collections.abc import Mapping, Sequence

from pulumi import Input

from components.chart_values.folder import CHARTS
from components.product.references import SecretReference
from components.runtimes.ecs.containers import Condition, Container, Log, Mount

SCRATCH = "scratch"
"""The volume of a task whose containers run scripts."""
FOLDER = f"/{SCRATCH}"

_FILES = {
    "foundation": ("bootstrap.sh", "bootstrap.sql", "databases.sql", "grants.sql"),
    "workload": (
        "dump.sh", "dump-all.sh", "upload.sh", "rows.sql", "certificate.sh", "verify.py", "fetch.sh",
        "scratch-server.sh", "check-dump.sh", "restore.sh", "restore-dump.sh", "restore-alone.sh", "restore-beside.sh",
    ),
}  # fmt: skip
SCRIPTS: dict[str, str] = {
    name: (CHARTS / chart / "files" / name).read_text(encoding="utf-8")
    for chart, names in _FILES.items()
    for name in names
}
POOLER_CONFIGURATION = (CHARTS / "workload" / "files" / "pgbouncer.ini").read_text(encoding="utf-8")
"""PgBouncer's configuration, with places such as ${HOST} to fill in."""


def authorities(region: str) -> str:
    """Return the certificates that sign RDS in a region, those that the chart carries."""
    return (CHARTS / "workload" / "files" / "rds-ca" / f"{region}.pem").read_text(encoding="utf-8")


def script_container(
    name: str,
    image: Input[str],
    log: Log,
    scripts: Sequence[str],
    *,
    environment: Mapping[str, Input[str]],
    secrets: Mapping[str, SecretReference] | None = None,
    mounts: Sequence[Mount] = (),
    after: Mapping[str, Condition] | None = None,
    essential: bool = True,
) -> Container:
    """Return a container that writes scripts to the task's scratch volume and runs the first of them.

    The volume belongs to root, and nothing of the product runs in such a task: so the container is root.
    """
    written = [f'printf "%s" "${_variable(script)}" >{FOLDER}/{script}' for script in scripts]
    return Container(
        name=name,
        image=image,
        log=log,
        entry_point=["sh", "-euc"],
        command=["; ".join([*written, f"exec sh {FOLDER}/{scripts[0]}"])],
        environment={**environment, **{_variable(script): SCRIPTS[script] for script in scripts}},
        secrets=secrets or {},
        mounts=[*mounts, Mount(volume=SCRATCH, path=FOLDER)],
        user="0",
        essential=essential,
        after=after or {},
        capabilities=True,
    )


def bucket_variables(bucket: Input[str], region: str) -> dict[str, Input[str]]:
    """Return what the scripts that store and fetch a dump read; the AWS CLI writes to its home folder."""
    return {"BUCKET": bucket, "AWS_REGION": region, "HOME": FOLDER}


def _variable(name: str) -> str:
    return f"SCRIPT_{name.upper().replace('.', '_').replace('-', '_')}"


AWAIT_DATABASE = """
tries=0
until psql --no-psqlrc --quiet --tuples-only --command 'SELECT 1' >/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -ge 60 ]; then
        echo "The database has let nobody in for five minutes." >&2
        exit 1
    fi
    sleep 5
done
"""
"""Wait until the database is there and knows the application's role; libpq's own variables say where and who."""
