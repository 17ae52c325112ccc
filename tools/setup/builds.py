"""Tools that are built from their Go modules, each with a stamp of what it was made from."""

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.setup import places
from tools.setup.console import SetupError, run, say


@dataclass(frozen=True)
class Built:
    """A tool that is built from its Go module: ``module`` is the folder of its go.mod, ``package`` its main package."""

    name: str
    module: Path
    package: str
    flags: str = "-s -w"
    tags: str | None = None
    pageless: tuple[str, str, str] | None = None
    """A module whose web pages its release leaves out, their folder, and a module that it needs in its own version."""

    @property
    def pin(self) -> str:
        """What the binary depends on: every module's version and checksum, its package, flags and tags."""
        held = b"\0".join((self.module / file).read_bytes() for file in ("go.mod", "go.sum"))
        options = (self.package, self.flags, *([self.tags] if self.tags else []), *(self.pageless or ()))
        return hashlib.sha256(held + "".join(f"\0{option}" for option in options).encode()).hexdigest()


def ensure_built(tool: Built) -> str:
    """A tool in `.tools/bin` of the version that is pinned, on PATH, else built from its Go module."""
    return found(tool.name, tool.pin) or build(tool)


def ensure_all(tools: Sequence[Built]) -> str:
    """Build tools that share packages one after the other: Go compiles a package for each build that is under way."""
    made = {tool.name: ensure_built(tool) for tool in tools}
    return ", ".join(f"{name} {how}" for name, how in made.items())


def stamp(name: str) -> Path:
    """Where a tool's pin is written down."""
    return places.BIN / f".{name}.pin"


def is_pinned(name: str, *pins: str) -> bool:
    """Tell whether what lies in `.tools/bin` under a name was made from one of these pins."""
    written = stamp(name)
    return (places.BIN / name).exists() and written.is_file() and written.read_text(encoding="utf-8") in pins


def found(name: str, *pins: str) -> str | None:
    """Say where a tool is; what lies in `.tools/bin` counts only when it was made from one of these pins."""
    if (places.BIN / name).exists():
        if is_pinned(name, *pins):
            return "ready"
        say(name, "is not of the pinned version")
        return None
    path = shutil.which(name)
    return f"found at {path}" if path else None


def build(tool: Built) -> str:
    """Build a tool into `.tools/bin`. Raises SetupError without Go, and with what the compiler says."""
    if shutil.which("go") is None:
        raise SetupError(
            f"the pinned {tool.name} is not here and cannot be built: install Go 1.24 or newer (go.dev/dl), "
            f"or put {tool.name} on PATH and remove {places.BIN / tool.name}"
        )
    places.BIN.mkdir(parents=True, exist_ok=True)
    unfinished = places.BIN / f".{tool.name}.partial"
    options = ["-v", "-buildvcs=false", "-ldflags", tool.flags, *(["-tags", tool.tags] if tool.tags else [])]
    with tempfile.TemporaryDirectory() as folder:
        options += _with_pages(tool, *tool.pageless, Path(folder)) if tool.pageless else []
        command = ["go", "build", *options, "-o", str(unfinished), tool.package]
        run(tool.name, "building from its Go module", command, cwd=tool.module, env={"CGO_ENABLED": "0"})
    unfinished.replace(places.BIN / tool.name)
    stamp(tool.name).write_text(tool.pin, encoding="utf-8")
    return "built"


def _with_pages(tool: Built, module: str, pages: str, own: str, folder: Path) -> list[str]:
    """Copy a module into a folder, with an empty page where its own would be, and give the options that build it so.

    Go refuses to embed a folder that is not there, and lets no file be laid over what it downloaded. It held that
    against go.sum, so the copy's go.sum, which has the sum of `own`, can be trusted.
    """
    downloaded = _downloaded(module, tool.module)
    copy = shutil.copytree(downloaded["Dir"], folder / "module", copy_function=shutil.copyfile)
    for each in (copy, *copy.rglob("*/")):
        each.chmod(0o755)
    (copy / pages).mkdir(parents=True)
    (copy / pages / "index.html").touch()
    (version,) = re.findall(
        rf"^\s*{re.escape(own)} (v\S+)", (copy / "go.mod").read_text(encoding="utf-8"), re.MULTILINE
    )
    replaced = f"replace (\n\t{module} => {copy}\n\t{own} => {own} {version}\n)\n"
    for file, more in (("go.mod", replaced), ("go.sum", (copy / "go.sum").read_text(encoding="utf-8"))):
        (folder / file).write_text((tool.module / file).read_text(encoding="utf-8") + more, encoding="utf-8")
    return ["-modfile", str(folder / "go.mod")]


def fetch_module(module: str, version: str, checksum: str) -> Path:
    """Fetch a Go module, and hold what came against the checksum that is written down."""
    with tempfile.TemporaryDirectory() as outside:
        told = _downloaded(f"{module}@{version}", Path(outside))
    if told["Sum"] != checksum:
        raise SetupError(f"{module} {version} is not what it was: its sum is {told['Sum']}, not {checksum}")
    return Path(told["Dir"])


def _downloaded(module: str, folder: Path) -> dict[str, str]:
    """Download a Go module as the go.mod of a folder has it, or in its version: where it is, and its sum."""
    command = ["go", "mod", "download", "-json", module]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    told: dict[str, str] = json.loads(answer.stdout or "{}")
    if "Dir" not in told:
        raise SetupError(f"{module} cannot be fetched: {told.get('Error', answer.stderr).splitlines()[0]}")
    return told
