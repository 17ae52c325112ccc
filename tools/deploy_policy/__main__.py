"""Print the IAM policies that the role which deploys a stack needs: `make -s deploy-policy STACK=prod [ACCOUNT=…]`."""

import argparse
import json
import sys
from collections.abc import Sequence

from settings import PlatformSettings, SettingsError
from settings.stacks import stack_file
from tools.capacity import ROOT, settings_of
from tools.deploy_policy.graph import planned
from tools.deploy_policy.policy import Permissions, UnknownTypeError, length, policies
from tools.deploy_policy.table import table


def main(arguments: Sequence[str]) -> int:
    """Print them; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.deploy_policy", description="What deploying a stack takes.")
    parser.add_argument("--stack", required=True, help="name of a Pulumi.<stack>.yaml")
    parser.add_argument("--workload", help="file in workloads/ (default: what the stack states)")
    parser.add_argument("--account", default="*", help="the account's 12 digits, to stand in every ARN")
    parser.add_argument("--table", action="store_true", help="print docs/reference/deploy-policy.md instead")
    chosen = parser.parse_args(arguments)
    try:
        settings = settings_of(chosen.stack, chosen.workload, ROOT)
        sys.stdout.write(_printed(settings, chosen.account, as_table=chosen.table))
    except FileNotFoundError:
        sys.stderr.write(f"there is no {stack_file(chosen.stack)}\n")
        return 1
    except (SettingsError, UnknownTypeError) as error:
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
