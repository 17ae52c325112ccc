"""One EKS managed add-on, with the role its service account assumes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi import ComponentResource, Input, Resource, ResourceOptions
from pulumi_aws import eks

from components.identity.pod_role import PodRole, PodRoleArgs, Statement


@dataclass(frozen=True, kw_only=True)
class AddOnRole:
    """What an add-on's service account may do."""

    namespace: str
    service_account: str
    statements: Sequence[Statement] = field(default=())
    managed_policies: Sequence[str] = field(default=())


@dataclass(frozen=True, kw_only=True)
class ManagedAddOnArgs:
    """`add_on` is AWS's name, `configuration` follows that version's own schema, `after` is what must exist first."""

    prefix: str
    cluster_name: Input[str]
    add_on: str
    version: str
    configuration: Mapping[str, Any] = field(default_factory=dict[str, Any])
    role: AddOnRole | None = None
    after: Sequence[Resource] = field(default=())


class ManagedAddOn(ComponentResource):
    add_on: eks.Addon

    def __init__(self, name: str, args: ManagedAddOnArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:ManagedAddOn", name, None, opts)
        # Pods get their credentials when they start, so the association comes before the add-on.
        after = [*args.after, *self._association(name, args)]
        self.add_on = eks.Addon(
            f"{name}-add-on",
            cluster_name=args.cluster_name,
            addon_name=args.add_on,
            addon_version=args.version,
            configuration_values=json.dumps(args.configuration, sort_keys=True) if args.configuration else None,
            # The program is what an add-on's configuration is: a hand-made change does not survive it.
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            opts=ResourceOptions(parent=self, depends_on=after),
        )
        self.register_outputs({"arn": self.add_on.arn})

    def _association(self, name: str, args: ManagedAddOnArgs) -> list[Resource]:
        if args.role is None:
            return []
        role = PodRole(
            f"{name}-role",
            PodRoleArgs(
                role_name=f"{args.prefix}-{args.add_on}",
                cluster_name=args.cluster_name,
                namespace=args.role.namespace,
                service_account=args.role.service_account,
                statements=args.role.statements,
                managed_policy_arns=args.role.managed_policies,
            ),
            ResourceOptions(parent=self),
        )
        return [role]
