"""GridTokenX on the stacks of this project, under its own domain, with made-up outputs of the other components."""

import json
from functools import cache
from typing import Any, cast

import yaml

from components.cluster.cluster_objects import pool_values
from components.product.wiring import Telemetry, Wiring
from components.runtimes.kubernetes.foundation import foundation_values
from components.runtimes.kubernetes.values import workload_values
from components.secrets.stored_secret import SecretEntry
from settings import PlatformSettings
from settings.load import load
from tests.charts.given import planned
from tests.charts.rendering import KUBERNETES, ROOT, TARGET_GROUP, Rendered, helm, render

PRODUCT = "gridtokenx"
ENDPOINTS = ("10.0.16.0/20", "10.0.32.0/20", "10.0.48.0/20")


@cache
def gridtokenx(stack: str) -> PlatformSettings:
    """The product on Pulumi.<stack>.yaml; dev and staging live below its domain."""
    file = "prod" if stack == "staging" else stack
    config = cast("dict[str, Any]", yaml.safe_load((ROOT / f"Pulumi.{file}.yaml").read_text()))["config"]
    stated = {key.split(":", 1)[1]: value for key, value in config.items()}
    if stack == "staging":
        # Prod's own file, but for two keys: 20 pods of 60 connections each ask for more than staging's class.
        stated |= {"environment": "staging", "database": {"instance_class": "db.m7g.2xlarge"}}
    domain = "gridtokenx.com" if stack == "prod" else f"{stack}.gridtokenx.com"
    return load(stack, {**stated, "workload": PRODUCT, "domain": domain}, ROOT / "workloads")


def wiring(settings: PlatformSettings) -> Wiring:
    """Outputs as the other components would hand them over; the optional secret has no value."""

    def entry(name: str) -> SecretEntry:
        return SecretEntry(remote_name=f"{PRODUCT}/{settings.stack_name}/{name}")

    return Wiring(
        outputs={
            "database.host": "writer.gridtokenx-prod.internal",
            "database.reader_host": "reader.gridtokenx-prod.internal",
            "database.port": "5432",
            "database.name": "gridtokenx",
            "cache.host": "cache.gridtokenx-prod.internal",
            "cache.port": "6379",
            "cache.nodes": "node1:6379",
            "telemetry.otlp_endpoint": "http://otel-collector:4317",
            "region": settings.stack.region,
            "hostname": settings.hostname("api"),
            "cors.origins": ",".join(settings.origins),
        },
        telemetry=Telemetry(namespace="monitoring", collector="otel-collector.monitoring.svc.cluster.local"),
        secrets={"JWT_SECRET": entry("JWT_SECRET"), "BLOCKCHAIN_KEYPAIR": SecretEntry(remote_name=_KEYPAIR)},
        **planned(settings, entry),
        master_secret="arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-0123",
        target_groups={("api-gateway", "http"): TARGET_GROUP},
        load_balancer_cidrs=("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"),
        data_cidrs=("10.0.96.0/24", "10.0.97.0/24", "10.0.98.0/24"),
        gateway_cidrs={"s3": ("52.216.0.0/15",)},
        endpoint_cidrs=ENDPOINTS,
        dump_bucket="gridtokenx-prod-backups",
    )


_KEYPAIR = "gridtokenx/blockchain-keypair"


@cache
def rendered(chart: str, stack: str) -> Rendered:
    """A chart as this product's stack installs it; of the cluster's chart, the values that the product has a say in."""
    settings = gridtokenx(stack)
    if chart == "cluster":
        answer = helm("template", "cluster", str(ROOT / "charts" / "cluster"), *_pools(settings))
        assert answer.returncode == 0, answer.stderr
        return Rendered(tuple(item for item in yaml.safe_load_all(answer.stdout) if item))
    if chart == "foundation":
        return render(chart, foundation_values(settings, wiring(settings)).to_helm())
    return render(chart, workload_values(settings, wiring(settings)).to_helm())


def _pools(settings: PlatformSettings) -> list[str]:
    pools = {name: pool_values(pool).to_helm() for name, pool in settings.node_pools.items()}
    return ["--kube-version", KUBERNETES, "--set-json", f"pools={json.dumps(pools)}"]
