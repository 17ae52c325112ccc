"""A role's ARN for what AWS tries the role with: it comes after the role's permissions.

ECS, RDS, AWS Backup, Lambda and others try a role, or start to work with it, the moment that they are given it. The ARN
is there as soon as the role is, its permissions are not.
"""

from collections.abc import Iterable
from typing import cast

from pulumi import Output, Resource


def granted(value: Output[str], permissions: Iterable[Resource]) -> Output[str]:
    """Return the value, which makes whatever takes it wait for the permissions too.

    They are named by their URNs, which a preview knows: a permission that is still to be made leaves the value known.
    """
    return Output.all(value, *(each.urn for each in permissions)).apply(lambda known: cast("str", known[0]))
