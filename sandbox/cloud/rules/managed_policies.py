"""Whether a policy of AWS's own is there, at the ARN that a role names it by: some lie under a path."""

import difflib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Final

from sandbox.cloud.model import Properties, Refusal
from sandbox.cloud.rules.facts import Check, refusal
from sandbox.cloud.rules.wordings import values

_PREFIX: Final = "arn:aws:iam::aws:policy/"
_PATHS: Final = ("policyArn", "managedPolicyArns[]", "permissionsBoundary")


@cache
def places() -> Mapping[str, str]:
    """Give the path of each policy, as ``tools.aws_model`` derived it."""
    return json.loads(resources.files("sandbox.cloud.derived").joinpath("managed_policies.json").read_text("utf-8"))


def check(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    """Refuse a policy of AWS's own that does not exist, or lies elsewhere."""
    for path in _PATHS:
        for where, arn in values(inputs, path):
            if isinstance(arn, str) and arn.startswith(_PREFIX):
                yield from _at_its_place(where, arn)


def _at_its_place(where: str, arn: str) -> Iterator[Refusal]:
    name = arn.rpartition("/")[2]
    place = places().get(name)
    if arn == f"{_PREFIX}{place}{name}":
        return
    close = difflib.get_close_matches(name, places(), n=1)
    known = name if place is not None else close[0] if close else None
    mend = f"name {_PREFIX}{places()[known]}{known}" if known else "correct the name"
    yield refusal(where, "NoSuchEntity", f"Policy {arn} does not exist or is not attachable", mend)


CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {
    f"aws:iam/{token}": (check,)
    for token in (
        "rolePolicyAttachment:RolePolicyAttachment",
        "userPolicyAttachment:UserPolicyAttachment",
        "groupPolicyAttachment:GroupPolicyAttachment",
        "policyAttachment:PolicyAttachment",
        "role:Role",
        "user:User",
    )
}
