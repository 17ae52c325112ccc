"""Print the commands that make a stack's service-linked roles: `python -m tools.service_roles --stack prod | sh`.

A role belongs to the account, outlives every stack and may be there already, so no stack makes one:
docs/adr/0020-service-linked-roles.md.
"""

import argparse
import sys
from collections.abc import Sequence

from settings import PlatformSettings, SettingsError
from settings.service_roles import service_roles
from settings.stacks import stack_file
from tools.capacity import ROOT, settings_of


def script(settings: PlatformSettings) -> str:
    """Write a shell script of them, each with its reason."""
    lines = [f"# Service-linked roles for {settings.prefix}; what is there already stays as it is."]
    for role in service_roles(settings):
        lines += ["", f"# {role.role}: {role.why}", f"# {role.source}", role.command]
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str]) -> int:
    """Print the script; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.service_roles", description="Make service-linked roles.")
    parser.add_argument("--stack", required=True, help="name of a Pulumi.<stack>.yaml")
    parser.add_argument("--workload", help="file in workloads/ (default: what the stack states)")
    chosen = parser.parse_args(arguments)
    try:
        sys.stdout.write(script(settings_of(chosen.stack, chosen.workload, ROOT)))
    except FileNotFoundError:
        sys.stderr.write(f"there is no {stack_file(chosen.stack)}\n")
        return 1
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
