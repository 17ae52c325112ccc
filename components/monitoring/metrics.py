"""Prometheus, Alertmanager and Grafana in the cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pulumi_kubernetes as kubernetes
import pulumi_random as random
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release

from components.identity.pod_role import PodRole, PodRoleArgs
from components.monitoring.charts import DEFINITIONS, NAMESPACE, PROMETHEUS, Installation, install
from components.monitoring.prometheus_values import ALERTMANAGER_ACCOUNT, PrometheusRequest, prometheus_values
from components.refusals import Inputs
from components.secrets.stored_secret import StoredSecret, StoredSecretArgs
from settings.retention import EVERYTHING_KEPT, RetentionSettings


@dataclass(frozen=True, kw_only=True)
class MetricsArgs:
    """`secret_path` is where the cluster may read secrets, <workload>/<stack>; `topic_arn` receives the alerts.

    So is `chat_topic_arn`, in the form of a chat client.
    `depends_on` is what must stand first: nodes, the storage class, External Secrets and its store.
    """

    prefix: str
    region: str
    cluster_name: Input[str]
    secret_path: str
    secrets_key_arn: Input[str]
    notifications_key_arn: Input[str]
    topic_arn: Input[str]
    chat_topic_arn: Input[str] | None
    provider: kubernetes.Provider
    replicas: int
    retention_days: int
    storage_gib: int
    grown: bool
    """Whether the volumes have the new size already, where it is raised."""
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT
    quiet_window: str | None = None
    meshed: bool = False
    storage_class: str = "gp3"
    secret_store: str = "aws-secrets-manager"  # noqa: S105 -- the name of a ClusterSecretStore
    depends_on: Sequence[Resource] = ()


class Metrics(ComponentResource):
    """The kube-prometheus-stack release, the role of its alerts, and the log-in of its Grafana."""

    release: Release
    admin_secret_name: str

    def __init__(self, name: str, args: MetricsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Metrics", name, None, opts)
        admin = self._admin(name, args)
        self.admin_secret_name = admin.entry.remote_name
        publisher = self._publisher(name, args)
        definitions = install(
            f"{name}-definitions",
            Installation(
                chart=DEFINITIONS,
                release="prometheus-crds",
                values={},
                timeout_seconds=300,
                depends_on=args.depends_on,
            ),
            parent=self,
            provider=args.provider,
        )
        self.release = install(
            f"{name}-prometheus",
            Installation(
                chart=PROMETHEUS,
                release="prometheus",
                values=prometheus_values(
                    PrometheusRequest(
                        cluster_name=args.cluster_name,
                        region=args.region,
                        topic_arn=args.topic_arn,
                        chat_topic_arn=args.chat_topic_arn,
                        replicas=args.replicas,
                        retention_days=args.retention_days,
                        storage_gib=args.storage_gib,
                        storage_class=args.storage_class,
                        secret_store=args.secret_store,
                        admin_secret=self.admin_secret_name,
                        quiet_window=args.quiet_window,
                        meshed=args.meshed,
                    )
                ),
                timeout_seconds=900,
                refuses=None if args.grown else judge_volumes,
                # A pod that starts before its role is associated never gets it.
                depends_on=[definitions, publisher.association, admin, *args.depends_on],
            ),
            parent=self,
            provider=args.provider,
        )
        self.register_outputs({"release": self.release.name, "adminSecretName": self.admin_secret_name})

    def _admin(self, name: str, args: MetricsArgs) -> StoredSecret:
        password = random.RandomPassword(
            f"{name}-grafana-password", length=40, special=False, opts=ResourceOptions(parent=self)
        )
        return StoredSecret(
            f"{name}-grafana",
            StoredSecretArgs(
                secret_name=f"{args.secret_path}/grafana-admin",
                description="Log-in of Grafana's administrator",
                key_arn=args.secrets_key_arn,
                value=Output.json_dumps({"admin-user": "admin", "admin-password": password.result}),
                protect=args.protect,
                retention=args.retention,
            ),
            opts=ResourceOptions(parent=self),
        )

    def _publisher(self, name: str, args: MetricsArgs) -> PodRole:
        """What Alertmanager may do: publish to its topics, with the key that encrypts them."""
        topics = [args.topic_arn, args.chat_topic_arn] if args.chat_topic_arn is not None else args.topic_arn
        return PodRole(
            f"{name}-alertmanager",
            PodRoleArgs(
                role_name=f"{args.prefix}-alertmanager",
                cluster_name=args.cluster_name,
                namespace=NAMESPACE,
                service_account=ALERTMANAGER_ACCOUNT,
                statements=[
                    {"Effect": "Allow", "Action": ["sns:Publish"], "Resource": topics},
                    {
                        "Effect": "Allow",
                        "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
                        "Resource": args.notifications_key_arn,
                        "Condition": {"StringEquals": {"kms:ViaService": f"sns.{args.region}.amazonaws.com"}},
                    },
                ],
            ),
            opts=ResourceOptions(parent=self),
        )


def judge_volumes(before: Inputs, after: Inputs) -> str | None:
    """Refuse another size of Prometheus' volumes, which no `up` can give them.

    Of a StatefulSet that stands the claims' template is fixed: the operator makes the StatefulSet anew, and the claims
    stay as they are. https://prometheus-operator.dev/docs/platform/storage/#resizing-volumes
    """
    had, wanted = claimed(before), claimed(after)
    if had is None or wanted is None or had == wanted:
        return None
    return (
        f"monitoring.metrics_storage_gib: {had} is to become {wanted}, and Kubernetes changes no volume of a "
        "StatefulSet that stands; grow the claims first, then permit it with `{change: grow, of: metrics, until: …}`: "
        "docs/how-to/grow-volumes.md"
    )


def claimed(inputs: Inputs) -> str | None:
    """Give the size that a release's values claim for Prometheus; None where it is not known."""
    value: Any = inputs.get("values")
    path = ("prometheus", "prometheusSpec", "storageSpec", "volumeClaimTemplate", "spec", "resources", "requests")
    for step in (*path, "storage"):
        value = cast("Mapping[str, Any]", value).get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else None
