"""AWS's own IAM policies, by name: the path each lies under, as ``moto`` keeps them."""

import json
from typing import Any, cast

from moto.iam.aws_managed_policies import aws_managed_policies_data


def places() -> dict[str, str]:
    """Give each policy's path: ``service-role/``, or nothing."""
    policies = cast("dict[str, dict[str, Any]]", json.loads(aws_managed_policies_data))
    return {name: str(policies[name]["Path"]).removeprefix("/") for name in sorted(policies)}
