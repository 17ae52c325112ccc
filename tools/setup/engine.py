"""The Pulumi engine: its official release where that can be reached."""

import platform
import re
import shutil
import subprocess
import tarfile
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from tools.setup import places
from tools.setup.builds import build, found, stamp
from tools.setup.console import say
from tools.setup.pins import PULUMI, PULUMI_VERSION

_REACH_SECONDS = 10


def ensure_pulumi() -> str:
    """The engine: in `.tools/bin`, on PATH and no older, else the official release, else built from its Go module."""
    there = found("pulumi", PULUMI.pin, PULUMI_VERSION)
    if there and not _is_older(there):
        return there
    try:
        return _download_pulumi()
    except (urllib.error.URLError, OSError, tarfile.TarError) as error:
        say("pulumi", f"release {PULUMI_VERSION} cannot be reached ({_short(error)}); building it from source")
    return build(PULUMI)


def _is_older(said: str) -> bool:
    """Tell whether an engine on PATH is older than the pinned one, which starts policy packs as programs."""
    where = said.removeprefix("found at ")
    if where == said:
        return False
    answer = subprocess.run([where, "version"], capture_output=True, text=True, check=False).stdout.strip()
    older = _numbers(answer) < _numbers(PULUMI_VERSION)
    if older:
        say(
            "pulumi",
            f"{where} is {answer or 'of no version'}, older than {PULUMI_VERSION}: it stays as it is, unused here",
        )
    return older


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)[:3]]


def _download_pulumi() -> str:
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower())
    system = platform.system().lower()
    if machine is None or system not in ("linux", "darwin"):
        raise OSError(f"no release for {system} {platform.machine()}")
    url = f"https://get.pulumi.com/releases/sdk/pulumi-v{PULUMI_VERSION}-{system}-{machine}.tar.gz"
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "pulumi.tar.gz"
        with urllib.request.urlopen(url, timeout=_REACH_SECONDS) as answer, archive.open("wb") as file:
            shutil.copyfileobj(answer, file)
        with tarfile.open(archive) as bundle:
            bundle.extractall(folder, filter="data")
        places.BIN.mkdir(parents=True, exist_ok=True)
        for binary in (Path(folder) / "pulumi").iterdir():
            shutil.move(str(binary), places.BIN / binary.name)
    stamp("pulumi").write_text(PULUMI_VERSION, encoding="utf-8")
    return f"installed release {PULUMI_VERSION}"


def _short(error: BaseException) -> str:
    reason = getattr(error, "reason", None) or error
    return str(reason).splitlines()[0][:80]
