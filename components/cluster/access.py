"""Who may enter the cluster: one access entry for each person's or pipeline's role."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_aws import eks

from settings.stack import AccessEntry

# https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
_POLICIES = {
    "cluster-admin": "AmazonEKSClusterAdminPolicy",
    "admin": "AmazonEKSAdminPolicy",
    "edit": "AmazonEKSEditPolicy",
    "view": "AmazonEKSViewPolicy",
    # Reads like `view`; the product's foundation lets this group open a shell and forward a port besides.
    "operator": "AmazonEKSViewPolicy",
}
OPERATORS = "groundwork:operators"
"""Kubernetes group of everyone whose entry says `operator`."""


@dataclass(frozen=True, kw_only=True)
class AccessArgs:
    cluster_name: Input[str]
    entries: Sequence[AccessEntry]


class Access(ComponentResource):
    """Access entries with one of EKS's own policies, over the whole cluster or the namespaces named."""

    associations: list[eks.AccessPolicyAssociation]

    def __init__(self, name: str, args: AccessArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Access", name, None, opts)
        child = ResourceOptions(parent=self)
        self.associations = []
        for entry in args.entries:
            registered = eks.AccessEntry(
                f"{name}-{entry.name}",
                cluster_name=args.cluster_name,
                principal_arn=entry.principal,
                type="STANDARD",
                kubernetes_groups=[OPERATORS] if entry.policy == "operator" else None,
                opts=child,
            )
            self.associations.append(
                eks.AccessPolicyAssociation(
                    f"{name}-{entry.name}-policy",
                    cluster_name=args.cluster_name,
                    principal_arn=registered.principal_arn,
                    policy_arn=f"arn:aws:eks::aws:cluster-access-policy/{_POLICIES[entry.policy]}",
                    access_scope=_scope(entry),
                    opts=child,
                )
            )
        self.register_outputs({})


def _scope(entry: AccessEntry) -> eks.AccessPolicyAssociationAccessScopeArgs:
    if entry.namespaces:
        return eks.AccessPolicyAssociationAccessScopeArgs(type="namespace", namespaces=list(entry.namespaces))
    return eks.AccessPolicyAssociationAccessScopeArgs(type="cluster")
