"""The scripts of the charts, for containers: both runtimes set the database up and dump it by the same lines.

A task has no ConfigMap: a script travels in a variable of the task definition, which takes 64 KiB in all, and is
written to the task's scratch disk before it runs.
"""

from pathlib import Path

_CHARTS = Path(__file__).parents[2] / "charts"
SCRIPTS: dict[str, str] = {
    path.name: path.read_text(encoding="utf-8")
    for path in (
        _CHARTS / "foundation" / "files" / "bootstrap.sh",
        _CHARTS / "foundation" / "files" / "bootstrap.sql",
        _CHARTS / "workload" / "files" / "dump.sh",
        _CHARTS / "workload" / "files" / "upload.sh",
        _CHARTS / "workload" / "files" / "certificate.sh",
        _CHARTS / "workload" / "files" / "verify.py",
        _CHARTS / "workload" / "files" / "fetch.sh",
        _CHARTS / "workload" / "files" / "scratch-server.sh",
        _CHARTS / "workload" / "files" / "restore.sh",
        _CHARTS / "workload" / "files" / "restore-alone.sh",
    )
}
POOLER_CONFIGURATION = (_CHARTS / "workload" / "files" / "pgbouncer.ini").read_text(encoding="utf-8")
"""PgBouncer's configuration, with places such as ${HOST} to fill in."""


def authorities(region: str) -> str:
    """Return the certificates that sign RDS in a region, those that the chart carries."""
    return (_CHARTS / "workload" / "files" / "rds-ca" / f"{region}.pem").read_text(encoding="utf-8")


def unpacked(folder: str, *names: str) -> tuple[list[str], dict[str, str]]:
    """Return the command that writes the named scripts to `folder` and runs the first, and the variables it reads."""
    variables = {_variable(name): SCRIPTS[name] for name in names}
    written = [f'printf "%s" "${_variable(name)}" >{folder}/{name}' for name in names]
    return ["sh", "-euc", "; ".join([*written, f"exec sh {folder}/{names[0]}"])], variables


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
