"""docs/reference/deploy-policy.md: the permissions of one stack, as a person reads them."""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any

from settings import PlatformSettings
from tools.deploy_policy.policy import POLICIES, POLICY_CHARACTERS, SCOPES, Permissions, arns
from tools.deploy_policy.tunnel import tunnel_statements

_INTRODUCTION = """# What the deploying role may do

`make -s deploy-policy STACK={stack} ACCOUNT=<12 digits>` prints the IAM policies that the role which runs `pulumi up`
needs, as JSON by name. They are made from the resource types in the stack's graph: the actions come from
CloudFormation's schemas of those types (`tools/deploy_policy/mapping.py` says where the provider differs), and each
one is held against AWS's service authorization reference. What has a name of the stack's is kept to it; what AWS
gives an id (networks, keys, distributions) is open, in the stack's regions alone. Roles are handed to the services
that take them, and to no others. Where `cluster.api_access` is `tunnel`, sessions that forward a port through the
system's nodes come beside them. Service-linked roles are made [beforehand](../adr/0020-service-linked-roles.md). The
state's bucket and key come on top.

```
make -s deploy-policy STACK={stack} > policies.json
for name in $(jq -r 'keys[]' policies.json); do
  aws iam create-policy --policy-name "$name" \\
    --policy-document "$(jq -c --arg name "$name" '.[$name]' policies.json)"
done
```

This page shows `{prefix}`: {types} types, {count} of the {most} policies that a role takes
({lengths} of {limit} characters). `make generate` rewrites it.

| Service | Changes | Kept to |
|---|---|---|
"""


def table(settings: PlatformSettings, types: Collection[str], known: Permissions, lengths: Sequence[int]) -> str:
    """Write the page."""
    text = _INTRODUCTION.format(
        stack=settings.stack_name,
        prefix=settings.prefix,
        types=len(types),
        count=len(lengths),
        most=POLICIES,
        lengths=", ".join(map(str, lengths)),
        limit=POLICY_CHARACTERS,
    )
    changing = [action for action in known.of(types) if not known.reads(action)]
    for service, group in groupby(changing, key=lambda action: action.partition(":")[0]):
        names = ", ".join(action.partition(":")[2] for action in group)
        kept = "<br>".join(f"`{arn}`" for arn in arns(service, settings)) if service in SCOPES else "the regions"
        text += f"| {service} | {names} | {kept} |\n"
    for each in tunnel_statements(settings, "*"):
        text += f"| tunnel | {', '.join(each['Action'])} | {_kept(each)} |\n"
    return text


def _kept(statement: Mapping[str, Any]) -> str:
    """Say what a statement is kept to: its resource, and the tag that this must bear."""
    tags = statement.get("Condition", {}).get("StringEquals", {})
    named = "".join(f", named `{value}`" for value in tags.values())
    return "what has no resource" if statement["Resource"] == "*" else f"`{statement['Resource']}`{named}"
