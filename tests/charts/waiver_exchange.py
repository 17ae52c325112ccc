"""waiver.exchange on the cluster of this project's production stack, with made-up outputs of the other components."""

from dataclasses import replace
from functools import cache
from typing import Any, cast

import yaml

from components.product.wiring import Telemetry, Wiring
from components.runtimes.kubernetes.foundation import foundation_values
from components.runtimes.kubernetes.values import workload_values
from components.secrets.stored_secret import SecretEntry
from settings import PlatformSettings
from settings.load import load
from tests.charts.given import planned
from tests.charts.rendering import ROOT, TARGET_GROUP, Rendered, render


@cache
def waiver_exchange() -> PlatformSettings:
    """The product on Pulumi.prod.yaml, under its own domain."""
    config = cast("dict[str, Any]", yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text()))["config"]
    stated = {key.split(":", 1)[1]: value for key, value in config.items()}
    return load("prod", {**stated, "workload": "waiver-exchange", "domain": "waiver.exchange"}, ROOT / "workloads")


def wiring(settings: PlatformSettings) -> Wiring:
    """Outputs as the other components would hand them over."""

    def entry(name: str) -> SecretEntry:
        return SecretEntry(remote_name=f"waiver-exchange/{settings.stack_name}/{name}")

    return Wiring(
        outputs={
            "database.host": "writer.internal",
            "database.reader_host": "writer.internal",
            "database.port": "5432",
            "database.name": "waiver_exchange",
            "cache.host": "cache.internal",
            "cache.port": "6379",
            "cache.nodes": "node1:6379",
            "region": settings.stack.region,
            "hostname": settings.hostname("@"),
        },
        telemetry=Telemetry(namespace="monitoring", collector="otel-collector.monitoring.svc.cluster.local"),
        secrets={
            "JWT_SECRET": replace(entry("JWT_SECRET"), property="current"),
            "JWT_SECRET_PREVIOUS": replace(entry("JWT_SECRET"), property="previous"),
            "OAUTH_CLIENT_ID": entry("OAUTH_CLIENT_ID"),
            "OAUTH_CLIENT_SECRET": entry("OAUTH_CLIENT_SECRET"),
        },
        **planned(settings, entry),
        master_secret="arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-0123",
        target_groups={(service, "http"): TARGET_GROUP for service in ("rest", "oauth", "ws")},
        load_balancer_cidrs=("10.0.0.0/24",),
        data_cidrs=("10.0.96.0/24",),
        dump_bucket="waiver-exchange-prod-backups",
        gateway_cidrs={"s3": ("52.216.0.0/15",)},
    )


@cache
def release(chart: str = "workload") -> Rendered:
    """A chart as production installs it."""
    settings = waiver_exchange()
    if chart == "foundation":
        return render(chart, foundation_values(settings, wiring(settings)).to_helm())
    return render(chart, workload_values(settings, wiring(settings)).to_helm())
