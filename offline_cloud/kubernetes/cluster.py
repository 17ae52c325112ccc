"""The cluster that a Kubernetes provider points to, and what is installed in it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final, cast

import yaml

from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Properties, Record, Value, World, at, flag, items, text
from offline_cloud.kubernetes.catalog import defines_for
from offline_cloud.kubernetes.inputs import RELEASE, ReleaseInputs
from offline_cloud.kubernetes.objects import KubernetesObject, mapping
from offline_cloud.kubernetes.render import Renderer, Rendering

CLUSTER: Final = "aws:eks/cluster:Cluster"
NODE_GROUP: Final = "aws:eks/nodeGroup:NodeGroup"
FARGATE_PROFILE: Final = "aws:eks/fargateProfile:FargateProfile"
PROVIDER: Final = "pulumi:providers:kubernetes"
AT_HAND: Final = "(the kubeconfig's)"
LATEST_VERSION: Final = "1.35"
"""What a cluster runs whose version is left open."""

BUILT_IN_NAMESPACES: Final = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})

CONTROLLERS: Final = {
    "elbv2.k8s.aws": "aws-load-balancer-controller",
    "gateway.k8s.aws": "aws-load-balancer-controller",
    "external-secrets.io": "external-secrets",
    "generators.external-secrets.io": "external-secrets",
    "karpenter.sh": "karpenter",
    "karpenter.k8s.aws": "karpenter",
    "monitoring.coreos.com": "kube-prometheus-stack",
    "cert-manager.io": "cert-manager",
    "postgresql.cnpg.io": "cloudnative-pg",
    "barmancloud.cnpg.io": "plugin-barman-cloud",
    "policy.sigstore.dev": "policy-controller",
    "security.istio.io": "base",
}
"""API group of custom resources → the chart that acts on them, and installs their definitions if no other does."""

_WHOLE_OBJECTS: Final = ("extraManifests", "extraObjects", "extraDeploy")
"""Where upstream charts take objects that they install as they are."""

# What every cluster serves and helm does not know of: it asks its own client's scheme, which leaves the aggregator out.
_SERVED_TOO: Final = frozenset({"apiregistration.k8s.io/v1"})

FINALIZED: Final = frozenset({"elbv2.k8s.aws", "external-secrets.io", "karpenter.sh", "karpenter.k8s.aws"})
"""Groups whose controller has to clean up (targets, nodes, Secrets) before one of their objects can go."""


@dataclass(frozen=True)
class Installed:
    """A release in a cluster; of one that is not rendered only the objects that its values spell out are known."""

    record: Record
    inputs: ReleaseInputs
    objects: Sequence[KubernetesObject]
    rendered: bool

    @property
    def full_name(self) -> str:
        """Its namespace and name."""
        return f"{self.inputs.namespace}/{self.inputs.name}"

    def definition_groups(self) -> frozenset[str]:
        """The API groups whose custom resource definitions it brings."""
        definitions = (item for item in self.objects if item.kind == "CustomResourceDefinition")
        return frozenset(text(item.body, "spec.group") or "" for item in definitions) | brought_by(self.inputs)


@dataclass
class Cluster:
    """One cluster as the rules see it; ``others`` are its releases without the one that is at hand."""

    version: str
    record: Record
    others: list[Installed] = field(default_factory=list[Installed])
    plain: list[KubernetesObject] = field(default_factory=list[KubernetesObject])

    @property
    def name(self) -> str:
        """The EKS cluster's name."""
        return text(self.record.inputs, "name") or self.record.name

    def objects(self) -> Iterator[KubernetesObject]:
        """Give every object that other releases hold, as far as they could be rendered."""
        for release in self.others:
            yield from release.objects
        yield from self.plain

    @cached_property
    def definition_groups(self) -> frozenset[str]:
        """The API groups of custom resources that are defined in the cluster."""
        return frozenset(group for release in self.others for group in release.definition_groups())

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """The namespaces that exist."""
        made = {release.inputs.namespace for release in self.others}
        stated = {item.name for item in self.objects() if item.kind == "Namespace"}
        return BUILT_IN_NAMESPACES | made | stated

    @cached_property
    def opaque_namespaces(self) -> frozenset[str]:
        """Namespaces that hold objects nobody here can see: those of charts that are not rendered, and EKS's own."""
        return frozenset({"kube-system", *(item.inputs.namespace for item in self.others if not item.rendered)})

    def api_versions(self) -> list[str]:
        """The API versions that charts may ask for by ``.Capabilities``, beyond those of a bare cluster."""
        versions = {"external-secrets.io": "v1", "elbv2.k8s.aws": "v1beta1"}
        defined = {f"{group}/{versions.get(group, 'v1')}" for group in self.definition_groups if group}
        return sorted(defined | _SERVED_TOO)


def configuration(record: Record, world: World) -> Properties:
    """Give the inputs of the provider that manages a release; empty when they are not at hand."""
    provider = world.by_urn(record.provider) if record.provider else None
    return provider.inputs if provider is not None else {}


def eks_cluster_of(record: Record, world: World) -> Record | Diagnostic:
    """Find the cluster in a release's kubeconfig; alone in its stack, a cluster is found without one."""
    kubeconfig = kubeconfig_of(configuration(record, world))
    server = text(kubeconfig, "clusters[0].cluster.server")
    behind = text(kubeconfig, "clusters[0].cluster.tls-server-name")
    if server is not None:
        # At the other end of a tunnel stands the server whose certificate bears that name.
        server = f"https://{behind}" if behind else server
        found = [cluster for cluster in world.of_type(CLUSTER) if text(cluster.outputs, "endpoint") == server]
        if found:
            return found[0]
        return _unreachable(server)
    named = _named_in(kubeconfig)
    mine = [cluster for cluster in world.of_type(CLUSTER) if cluster.stack == record.stack]
    candidates = [cluster for cluster in mine if named in (None, text(cluster.inputs, "name"))]
    if candidates:
        return candidates[0]
    return at_hand(record.stack) if _is_default(record, world) else _unreachable(named or "the cluster")


def _is_default(record: Record, world: World) -> bool:
    """Tell whether a resource goes to the cluster of whoever runs the program: its provider states no kubeconfig."""
    return "::default" in record.provider and not configuration(record, world).get("kubeconfig")


def at_hand(stack: str) -> Record:
    """Give the cluster that a kubeconfig of the user's own would point to: it is no stack's, and takes everything."""
    return Record(
        urn=f"urn:pulumi:{stack}::(kubeconfig)::{CLUSTER}::at-hand",
        type=CLUSTER,
        inputs={"name": AT_HAND},
        region=stack,
        outputs={"status": "ACTIVE"},
    )


def _named_in(kubeconfig: Properties) -> str | None:
    arguments = items(kubeconfig, "users[0].user.exec.args")
    for flag_name, value in pairwise(arguments):
        if flag_name in ("--cluster-name", "-i") and isinstance(value, str):
            return value
    return None


def kubeconfig_of(provider: Properties) -> Properties:
    """Read a provider's kubeconfig; empty when it is not known, or no YAML."""
    try:
        loaded = cast("Value", yaml.safe_load(text(provider, "kubeconfig") or ""))
    except yaml.YAMLError:
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _unreachable(what: str) -> Diagnostic:
    return Diagnostic(
        "",
        f"the API server of {what} cannot be reached: no such cluster exists",
        "make the release depend on the cluster, and build the provider's kubeconfig from its outputs",
    )


def availability(cluster: Record, world: World) -> Diagnostic | None:
    """Refuse a cluster that is not active or that has nothing to run pods on."""
    name = text(cluster.inputs, "name") or cluster.name
    status = text(cluster.outputs, "status")
    if name == AT_HAND:
        return None
    if status not in (None, "ACTIVE"):
        return Diagnostic("", f"the API server of {name} cannot be reached: the cluster is {status}")
    # A node group may name its cluster by an output that is not known before the first deployment.
    groups = [*world.of_type(NODE_GROUP), *world.of_type(FARGATE_PROFILE)]
    stated = [at(group.inputs, "clusterName") for group in groups if group.stack == cluster.stack]
    unknown = any(not isinstance(value, str) for value in stated)
    automatic = flag(cluster.inputs, "computeConfig.enabled") is True
    if automatic or unknown or name in stated or (cluster.id and cluster.id in stated):
        return None
    return Diagnostic(
        "",
        f"cluster {name} has no node group, so no pod of this release would ever be scheduled",
        "make the release depend on the node group",
    )


def open_cluster(record: Record, world: World, renderer: Renderer) -> Cluster | Diagnostic:
    """Find a release's cluster with everything else that is installed in it."""
    found = eks_cluster_of(record, world)
    if isinstance(found, Diagnostic):
        return found
    version = text(found.inputs, "version") or text(found.outputs, "version") or LATEST_VERSION
    cluster = Cluster(version, found)
    cluster.others = [
        installed(other, version, renderer)
        for other in world.of_type(RELEASE)
        if other.urn != record.urn and _same_cluster(record, other, found, world)
    ]
    cluster.plain = [
        of_plain(other)
        for other in world.all()
        if other.type.startswith("kubernetes:") and other.type != RELEASE and other.urn != record.urn
        if _same_cluster(record, other, found, world)
    ]
    return cluster


def of_plain(record: Record) -> KubernetesObject:
    """Give the object that a program makes without a chart."""
    return KubernetesObject({**record.inputs}, "default", "")


def _same_cluster(record: Record, other: Record, cluster: Record, world: World) -> bool:
    if record.provider and record.provider == other.provider:
        return True
    if other.stack != record.stack:
        return False
    return eks_cluster_of(other, world) == cluster


def installed(record: Record, version: str, renderer: Renderer) -> Installed:
    """Give a release with the objects it was installed with."""
    inputs = ReleaseInputs.of(record)
    name = text(record.outputs, "manifest.digest")
    rendering = renderer.kept(name) if name else None
    if rendering is None and inputs.is_opaque:
        return Installed(record, inputs, spelled_out(inputs), rendered=False)
    if rendering is None:
        # Its rendering was not kept: a preview's, or the folder was cleared. Today's chart is the best guess.
        rendered = renderer.render(inputs, version)
        rendering = rendered if isinstance(rendered, Rendering) else None
    return Installed(record, inputs, owned(rendering, inputs) if rendering else (), rendered=rendering is not None)


def brought_by(inputs: ReleaseInputs) -> frozenset[str]:
    """Give the API groups whose definitions a chart that is not rendered brings, unless its values leave them out."""
    values = inputs.values
    left_out = inputs.skips_crds or flag(values, "installCRDs") is False or flag(values, "crds.enabled") is False
    chart = defines_for().get(inputs.chart_name, inputs.chart_name)
    if left_out or not inputs.is_upstream:
        return frozenset()
    return frozenset(group for group, name in CONTROLLERS.items() if name == chart)


def served_by(inputs: ReleaseInputs) -> frozenset[str]:
    """Give the API groups whose objects cannot go without the controller of this chart."""
    served = {group for group, name in CONTROLLERS.items() if name == inputs.chart_name}
    return frozenset(served & FINALIZED) if inputs.is_upstream else frozenset()


def spelled_out(inputs: ReleaseInputs) -> list[KubernetesObject]:
    """Give the objects that the values of a chart hold whole; what is a template in them is not known."""
    found: list[KubernetesObject] = []
    for key in _WHOLE_OBJECTS:
        stated = inputs.values.get(key)
        bodies = list(stated.values()) if isinstance(stated, dict) else items(inputs.values, key)
        for body in bodies:
            if isinstance(body, dict):
                plain = {key: without_templates(value) for key, value in body.items()}
                found.append(KubernetesObject(plain, inputs.namespace, f"{inputs.namespace}/{inputs.name}"))
    return found


def without_templates(value: Value) -> Value:
    """Put an unknown value in the place of every string that Helm would still evaluate."""
    if isinstance(value, dict):
        return {key: without_templates(below) for key, below in value.items()}
    if isinstance(value, list):
        return [without_templates(below) for below in value]
    return UNKNOWN if isinstance(value, str) and "{{" in value else value


def owned(rendering: Rendering, inputs: ReleaseInputs) -> list[KubernetesObject]:
    """Give a rendering's objects as a release's own."""
    name = f"{inputs.namespace}/{inputs.name}"
    return [KubernetesObject(body, inputs.namespace, name) for body in rendering.objects]


def custom_objects(releases: Iterable[Installed], groups: Iterable[str]) -> list[KubernetesObject]:
    """Give the custom resources of some groups that releases hold."""
    wanted = set(groups)
    return [item for release in releases for item in release.objects if item.group in wanted]


def tags_of(record: Record) -> Properties:
    """Give a resource's tags, with the provider's default tags where they are known."""
    return {**mapping(record.inputs, "tags"), **mapping(record.outputs, "tagsAll")}
