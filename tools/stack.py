"""The stack that a command is asked about: its arguments, and its settings or what is wrong with them."""

import argparse
import json
import sys
from pathlib import Path
from typing import cast

import yaml

from components.checked import load
from settings import PlatformSettings, SettingsError
from settings.document import read
from settings.raw import Raw
from settings.source import stack_configuration
from settings.stacks import stack_file

ROOT = Path(__file__).resolve().parents[1]


def settings_of(stack: str, workload: str | None, project: Path = ROOT) -> PlatformSettings:
    """Load a stack, with another product when one is named. Raises SettingsError, FileNotFoundError."""
    file = project / stack_file(stack)
    text = file.read_text(encoding="utf-8", errors="replace")
    document = read(file)
    if not document.readable:
        raise SettingsError(document.diagnostics)
    stated = cast("dict[str, Raw]", yaml.safe_load(text)["config"])
    if workload is not None:
        stated["groundwork:workload"] = workload
    flat = {key: value if isinstance(value, str) else json.dumps(value) for key, value in stated.items()}
    return load(stack, stack_configuration(flat), project / "workloads", project)


def parser(program: str, description: str, default: str | None = None) -> argparse.ArgumentParser:
    """Make a parser of `--stack` and `--workload`; without a default the stack has to be named."""
    made = argparse.ArgumentParser(prog=f"python -m {program}", description=description)
    made.add_argument("--stack", required=default is None, default=default, help="name of a Pulumi.<stack>.yaml")
    made.add_argument("--workload", help="file in workloads/ (default: what the stack states)")
    return made


def asked(chosen: argparse.Namespace) -> PlatformSettings | None:
    """Return the settings of the stack that was named; None once standard error says why there are none."""
    try:
        return settings_of(chosen.stack, chosen.workload)
    except FileNotFoundError:
        sys.stderr.write(f"there is no {stack_file(chosen.stack)}\n")
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
    return None
