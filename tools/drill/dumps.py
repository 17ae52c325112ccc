"""The dump's and the restore's very scripts, run as their containers run them."""

import subprocess
from pathlib import Path

from tools.drill.bucket import FILES, Bucket
from tools.drill.postgresql import Server
from tools.drill.product import BOOTSTRAP, DrillError


def dump(server: Server, folder: Path, **stated: str) -> subprocess.CompletedProcess[str]:
    """Dump a database by the chart's script, as the CronJob does; who asks, and for what, is stated."""
    wanted = {"FOLDER": str(folder), "FORMAT": "directory", "JOBS": "2", **stated}
    return server.run("sh", str(FILES / "dump.sh"), **wanted)


def stored(server: Server, place: Bucket, folder: Path, **stated: str) -> str:
    """Dump a database and store it; return the dump's name. Raises DrillError with what the scripts say."""
    folder.mkdir(parents=True, exist_ok=True)
    made = dump(server, folder, **stated)
    if made.returncode != 0:
        raise DrillError(f"No dump was made: {made.stderr}")
    sent = place.run("upload.sh", folder, **stated)
    if sent.returncode != 0:
        raise DrillError(f"The dump was not stored: {sent.stderr}")
    (manifest,) = folder.glob("*.manifest")
    return manifest.stem


def restore(server: Server, place: Bucket, folder: Path, **stated: str) -> subprocess.CompletedProcess[str]:
    """Fetch a dump and restore it beside the database, as the runbook's Job does; the answer is the last step's."""
    folder.mkdir(parents=True, exist_ok=True)
    fetched = place.run("fetch.sh", folder, **stated)
    return restore_fetched(server, folder, **stated) if fetched.returncode == 0 else fetched


def restore_fetched(server: Server, folder: Path, **stated: str) -> subprocess.CompletedProcess[str]:
    """Restore beside the database what was fetched, and switch names. What the bootstrap is given is stated, too."""
    here = {"FOLDER": str(folder), "JOBS": "2", "STORAGE_GIB": "100", "BOOTSTRAP": str(BOOTSTRAP)}
    return server.run("sh", str(FILES / "restore-beside.sh"), **{**here, **stated})
