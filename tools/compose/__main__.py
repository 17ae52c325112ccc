"""Write a product for a developer's machine: `python -m tools.compose --workload NAME` writes build/compose/NAME.yaml.

Services, images, ports, variables and files are the workload file's; PostgreSQL and Redis stand in for the managed
stores; values of secrets are made up and good for nothing else. Ends with 1, and says why, for a file with mistakes.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from settings.diagnostics import SettingsError
from tools.compose.document import text
from tools.compose.product import read

_ROOT = Path(__file__).parents[2]


def main(arguments: Sequence[str]) -> int:
    """Write the file, and say how it is started; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.compose", description="A product for a developer's machine.")
    parser.add_argument("--workload", required=True, help="file in workloads/")
    parser.add_argument("--output", type=Path, help="file to write (default: build/compose/<workload>.yaml)")
    chosen = parser.parse_args(arguments)
    try:
        workload = read(_ROOT / "workloads", chosen.workload)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    path = chosen.output or Path("build") / "compose" / f"{chosen.workload}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text(workload), encoding="utf-8")
    print(f"{path}: docker compose -f {path} up")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
