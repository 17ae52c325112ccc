"""Print the IAM policies that the role which deploys a stack needs: `make -s deploy-policy STACK=prod [ACCOUNT=…]`."""

import json
import sys
from collections.abc import Sequence

from settings import PlatformSettings
from tools.deploy_policy.graph import planned
from tools.deploy_policy.policy import Permissions, UnknownTypeError, length, policies
from tools.deploy_policy.table import table
from tools.stack import asked, parser


def main(arguments: Sequence[str]) -> int:
    """Print them; returns the exit code."""
    arguments_of = parser("tools.deploy_policy", "What deploying a stack takes.")
    arguments_of.add_argument("--account", default="*", help="the account's 12 digits, to stand in every ARN")
    arguments_of.add_argument("--table", action="store_true", help="print docs/reference/deploy-policy.md instead")
    chosen = arguments_of.parse_args(arguments)
    settings = asked(chosen)
    if settings is None:
        return 1
    try:
        sys.stdout.write(_printed(settings, chosen.account, as_table=chosen.table))
    except UnknownTypeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _printed(settings: PlatformSettings, account: str, *, as_table: bool) -> str:
    types = {each.type for each in planned(settings)}
    documents = policies(settings, types, account)
    if as_table:
        return table(settings, types, Permissions.read(), [length(each) for each in documents])
    named = {f"{settings.prefix}-deploy-{number}": each for number, each in enumerate(documents, start=1)}
    return json.dumps(named, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
