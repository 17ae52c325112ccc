"""One add-on chart on the cluster, with the role its service account assumes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi_kubernetes as kubernetes
from pulumi import ComponentResource, Input, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release, RepositoryOptsArgs

from components.cluster.chart_add_on import ChartAddOn, ChartContext
from components.identity.pod_role import PodRole, PodRoleArgs, Statement


@dataclass(frozen=True, kw_only=True)
class ChartReleaseArgs:
    """`release` is the name in the cluster; `statements` add to the permissions in the table; `after` comes first."""

    prefix: str
    release: str
    add_on: ChartAddOn
    context: ChartContext
    cluster_name: Input[str]
    provider: kubernetes.Provider
    after: Sequence[Resource]
    statements: Sequence[Statement] = field(default=())


class ChartRelease(ComponentResource):
    """A pinned chart, installed or upgraded as a whole: what fails is rolled back."""

    release: Release

    def __init__(self, name: str, args: ChartReleaseArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:ChartRelease", name, None, opts)
        add_on = args.add_on
        self.release = Release(
            f"{name}-release",
            name=args.release,
            chart=add_on.chart,
            version=add_on.version,
            repository_opts=RepositoryOptsArgs(repo=add_on.repository) if add_on.repository else None,
            namespace=add_on.namespace,
            create_namespace=add_on.namespace != "kube-system",
            skip_crds=add_on.definitions == "chart of their own" or None,
            values=add_on.values(args.context),
            atomic=True,
            cleanup_on_fail=True,
            timeout=add_on.timeout_seconds,
            max_history=10,
            opts=ResourceOptions(
                parent=self, provider=args.provider, depends_on=[*args.after, *self._association(name, args)]
            ),
        )
        self.register_outputs({"release": self.release.name})

    def _association(self, name: str, args: ChartReleaseArgs) -> list[Resource]:
        """Make the role before the pods: they get credentials when they start."""
        statements = [*args.add_on.permissions(args.context), *args.statements]
        if not statements:
            return []
        role = PodRole(
            f"{name}-role",
            PodRoleArgs(
                role_name=f"{args.prefix}-{args.release}",
                cluster_name=args.cluster_name,
                namespace=args.add_on.namespace,
                service_account=args.add_on.service_account,
                statements=statements,
            ),
            ResourceOptions(parent=self),
        )
        return [role]
