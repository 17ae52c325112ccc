"""Service Layer as its stacks render it, with made-up outputs of the other components."""

from functools import cache
from hashlib import sha256
from pathlib import Path

import yaml

from components.product.shared_volumes import SharedVolume
from components.product.wiring import Telemetry, Wiring
from components.secrets.stored_secret import SecretEntry
from settings import PlatformSettings
from settings.load import load
from settings.raw import Raw
from tests.charts.given import planned
from tests.charts.rendering import ROOT, Rendered, foundation, render, workload

TARGET_GROUP = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/service-layer-prod-api/0123456789abcdef"
WRITER = "service-layer-prod-primary.abcdefghijkl.us-east-1.rds.amazonaws.com"

SNAPSHOTS = SharedVolume(
    file_system_id="fs-0123456789abcdef0",
    access_point_id="fsap-0123456789abcdef0",
    access_point_arn="arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-0123456789abcdef0",
    file_system_arn="arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/fs-0123456789abcdef0",
)

SHARED_CLAIM = "service-layer-" + sha256(b"fs-0123456789abcdef0::fsap-0123456789abcdef0").hexdigest()[:8]


@cache
def settings(stack: str) -> PlatformSettings:
    """The product on the stack of Pulumi.<stack>.yaml."""
    configuration: dict[str, dict[str, Raw]] = yaml.safe_load(Path(ROOT / f"Pulumi.{stack}.yaml").read_text())
    stated = {key.split(":", 1)[1]: value for key, value in configuration["config"].items()}
    return load(stack, {**stated, "workload": "service-layer"}, ROOT / "workloads")


def wiring(stack: str = "prod") -> Wiring:
    """Outputs as the other components would hand them over; the optional secrets have no value."""
    names = (
        "API_TOKENS",
        "AUTH_USERS",
        "AUTH_JWT_SECRET",
        "SECRET_ENCRYPTION_KEY",
        "RANDOM_SIGNING_KEY",
        "ORACLE_RUNNER_TOKENS",
    )

    def entry(name: str) -> SecretEntry:
        return SecretEntry(remote_name=f"service-layer/{stack}/{name}")

    return Wiring(
        outputs={
            "database.host": WRITER,
            "database.reader_host": "reader.service-layer-prod.internal",
            "database.port": "5432",
            "database.name": "service_layer",
            "region": "us-east-1",
            "event_bus.address": "names.event-bus.svc.cluster.local:9876",
            "event_bus.topic_prefix": settings(stack).topic_prefix,
            "event_bus.consumer_group": settings(stack).consumer_group,
        },
        telemetry=Telemetry(namespace="monitoring", collector="otel-collector.monitoring.svc.cluster.local"),
        secrets={name: entry(name) for name in names},
        master_secret="arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-0123",
        target_groups={("service-layer", "http"): TARGET_GROUP},
        load_balancer_cidrs=("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"),
        data_cidrs=("10.0.96.0/24", "10.0.97.0/24", "10.0.98.0/24"),
        dump_bucket="service-layer-prod-backups",
        gateway_cidrs={"s3": ("52.216.0.0/15", "3.5.0.0/19")},
        **planned(settings(stack), entry, event_bus="event-bus-user"),
        shared_volumes={("service-layer", "/data/snapshots"): SNAPSHOTS},
    )


@cache
def release(chart: str, stack: str = "prod") -> Rendered:
    """A chart as the product's stack installs it."""
    stated = settings(stack)
    return render(chart, (foundation if chart == "foundation" else workload)(stated, wiring(stack)))
