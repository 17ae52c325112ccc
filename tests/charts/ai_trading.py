"""The AI trading system on the stacks of this project, with made-up outputs of the other components."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pulumi_kubernetes as kubernetes
import yaml

from components.admission.image_policy import policy_values
from components.capabilities.timeseries.timeseries import Timeseries, TimeseriesArgs, timescale_values
from components.cluster.cluster_objects import pool_values
from components.product.wiring import Telemetry, Wiring
from components.runtimes.kubernetes.foundation import foundation_values
from components.runtimes.kubernetes.values import workload_values
from components.secrets.stored_secret import SecretEntry
from settings import PlatformSettings
from settings.arithmetic.recovery import archive_stuck_seconds
from settings.load import load
from tests.charts.given import planned
from tests.charts.rendering import KUBERNETES, ROOT, TARGET_GROUP, Rendered, Values, helm
from tests.components.recording import Recorder, build

PRODUCT = "ai-trading"
NAMESPACE = "trading-system"
REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com/ai-trading"


@cache
def ai_trading(stack: str) -> PlatformSettings:
    """The product on Pulumi.<stack>.yaml."""
    config = cast("dict[str, Any]", yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text()))["config"]
    stated = {key.split(":", 1)[1]: value for key, value in config.items()}
    return load(stack, {**stated, "workload": PRODUCT, "domain": "trading-system.com"}, ROOT / "workloads")


def timeseries_args(stack: str, **changes: Any) -> TimeseriesArgs:
    """What the platform hands to the component; only within `build`, as it holds a provider."""
    settings = ai_trading(stack)
    needs, figures = settings.workload.timeseries, settings.stack.timeseries
    assert needs is not None
    assert figures is not None
    given: dict[str, Any] = {
        "prefix": settings.prefix,
        "region": settings.stack.region,
        "product": PRODUCT,
        "product_namespace": settings.namespace,
        "settings": figures,
        "needs": needs,
        "zones": len(settings.stack.zones),
        "image": f"{needs.image.repository}:{needs.image.tag}",
        "credentials": {
            key: f"{PRODUCT}/{stack}/timeseries-{'role' if key == 'timeseries' else key.removeprefix('timeseries_')}"
            for key in ("timeseries", "timeseries_owner", "timeseries_reader")
        },
        "owner": needs.role,
        "release_namespace": "groundwork-system",
        "cluster_name": settings.prefix,
        "data_key_arn": "arn:aws:kms:us-east-1:111122223333:key/data",
        "provider": kubernetes.Provider("cluster", kubeconfig="{}"),
        "protect": settings.stack.protection.stateful,
        "keep_volumes": settings.production,
        "after": [],
        "pool": needs.node_pool if needs.node_pool in settings.node_pools else None,
        "archive_stuck_seconds": archive_stuck_seconds(settings.workload),
    }
    return TimeseriesArgs(**{**given, **changes})


def timeseries(stack: str, **changes: Any) -> Recorder[Timeseries]:
    """The component as a stack registers it."""

    def installed() -> Timeseries:
        made = Timeseries("timeseries", timeseries_args(stack, **changes))
        made.install("monitoring", [])
        return made

    return build(installed)


def wiring(settings: PlatformSettings) -> Wiring:
    """Outputs as the other components would hand them over."""

    def entry(name: str) -> SecretEntry:
        return SecretEntry(remote_name=f"{PRODUCT}/{settings.stack_name}/{name}")

    return Wiring(
        outputs={
            "database.host": "writer.internal",
            "database.reader_host": "reader.internal",
            "database.port": "5432",
            "database.name": "trading",
            "timeseries.host": "timeseries-pooler-rw.timeseries.svc.cluster.local",
            "timeseries.reader_host": "timeseries-ro.timeseries.svc.cluster.local",
            "timeseries.port": "5432",
            "timeseries.name": "market",
            "cache.host": "cache.internal",
            "cache.port": "6379",
            "cache.nodes": "node1:6379",
            "telemetry.otlp_endpoint": "http://otel-collector:4317",
            "region": settings.stack.region,
            "hostname": settings.hostname("api"),
        },
        telemetry=Telemetry(namespace="monitoring", collector="otel-collector.monitoring.svc.cluster.local"),
        secrets={name: entry(name) for name in ("JWT_SECRET", "API_KEYS")},
        **planned(settings, entry),
        master_secret="arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-0123",
        target_groups={("trading-app", "http"): TARGET_GROUP},
        load_balancer_cidrs=("10.0.0.0/24",),
        data_cidrs=("10.0.96.0/24",),
        gateway_cidrs={"s3": ("52.216.0.0/15",)},
        dump_bucket="ai-trading-prod-backups",
    )


def _values(chart: str, stack: str) -> Values:
    settings = ai_trading(stack)
    if chart == "cluster":
        pools = {name: pool_values(pool).to_helm() for name, pool in settings.node_pools.items()}
        return {"pools": pools, "encryptedNetwork": settings.workload.transit_encryption != "none"}
    if chart == "image-policy":
        return policy_values(settings, REGISTRY).to_helm()
    if chart == "timescale":
        made = build(lambda: timescale_values(timeseries_args(stack), "archive", "monitoring"))
        return made.result.to_helm()
    given = wiring(settings)
    made = foundation_values(settings, given) if chart == "foundation" else workload_values(settings, given)
    return made.to_helm()


def run(chart: str, values: Values, *, lint: bool = False) -> Any:
    """Run `helm template`, or `helm lint --strict`, with these values."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "values.json"
        file.write_text(json.dumps(values))
        common = [str(ROOT / "charts" / chart), "--values", str(file), "--kube-version", KUBERNETES]
        namespace = NAMESPACE if chart == "workload" else "groundwork-system"
        return helm("lint", "--strict", *common) if lint else helm("template", chart, *common, "--namespace", namespace)


@cache
def values(chart: str, stack: str) -> Values:
    """The values that a chart gets in a stack."""
    return _values(chart, stack)


@cache
def rendered(chart: str, stack: str) -> Rendered:
    """A chart as this product's stack installs it."""
    answer = run(chart, values(chart, stack))
    assert answer.returncode == 0, answer.stderr
    return Rendered(tuple(item for item in yaml.safe_load_all(answer.stdout) if item))
