"""Whether a policy of AWS's own is there, at the ARN that a role names it by: some lie under a path."""

import difflib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Final

from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.core.wordings import values
from offline_cloud.cloud.model import Diagnostic, Properties

_PREFIX: Final = "arn:aws:iam::aws:policy/"
_PATHS: Final = ("policyArn", "managedPolicyArns[]", "permissionsBoundary")


@cache
def places() -> Mapping[str, str]:
    """Give the path of each policy, as ``tools.aws_model`` derived it."""
    return json.loads(
        resources.files("offline_cloud.cloud.services.iam").joinpath("managed_policies.json").read_text("utf-8")
    )


def check(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    """Refuse a policy of AWS's own that does not exist, or lies elsewhere."""
    for path in _PATHS:
        for where, arn in values(inputs, path):
            if isinstance(arn, str) and arn.startswith(_PREFIX):
                yield from _at_its_place(where, arn)


def _at_its_place(where: str, arn: str) -> Iterator[Diagnostic]:
    name = arn.rpartition("/")[2]
    place = places().get(name)
    if arn == f"{_PREFIX}{place}{name}":
        return
    close = difflib.get_close_matches(name, places(), n=1)
    known = name if place is not None else close[0] if close else None
    fix = f"name {_PREFIX}{places()[known]}{known}" if known else "correct the name"
    yield reject(where, "NoSuchEntity", f"Policy {arn} does not exist or is not attachable", fix)
