"""Print the commands that make a stack's service-linked roles: `python -m tools.service_roles --stack prod | sh`.

A role belongs to the account, outlives every stack and may be there already, so no stack makes one:
docs/adr/0020-service-linked-roles.md.
"""

import sys
from collections.abc import Sequence

from settings import PlatformSettings
from settings.service_roles import service_roles
from tools.stack import asked, parser


def script(settings: PlatformSettings) -> str:
    """Write a shell script of them, each with its reason."""
    lines = [f"# Service-linked roles for {settings.prefix}; what is there already stays as it is."]
    for role in service_roles(settings):
        lines += ["", f"# {role.role}: {role.why}", f"# {role.source}", role.command]
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str]) -> int:
    """Print the script; returns the exit code."""
    chosen = parser("tools.service_roles", "Make service-linked roles.").parse_args(arguments)
    settings = asked(chosen)
    if settings is None:
        return 1
    sys.stdout.write(script(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
