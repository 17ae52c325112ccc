"""The charts rendered by the real helm, from a stack's own settings and made-up outputs of the other components."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import yaml

from components.product.wiring import Telemetry, Wiring
from components.runtimes.kubernetes.foundation import foundation_values
from components.runtimes.kubernetes.values import workload_values
from components.secrets.stored_secret import SecretEntry
from offline_cloud import tools
from settings import PlatformSettings
from settings.load import load
from tests.charts.given import planned

Values = dict[str, object]
ROOT = Path(__file__).resolve().parents[2]
KUBERNETES = "1.35.0"
_STEP = re.compile(r"\[(\w+)=([^\]]+)\]|\[(\d+)\]|([^.\[]+)")

TARGET_GROUP = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/openibank-prod-api/0123456789abcdef"
MASTER_SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-0123"


@cache
def stack(name: str) -> PlatformSettings:
    """The settings of Pulumi.<name>.yaml."""
    config = cast("dict[str, Any]", yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text()))["config"]
    return load(name, {key.split(":", 1)[1]: value for key, value in config.items()}, ROOT / "workloads")


def wiring(settings: PlatformSettings) -> Wiring:
    """Outputs as the other components would hand them over; the optional secret has no value."""

    def entry(name: str) -> SecretEntry:
        return SecretEntry(remote_name=f"{settings.workload.name}/{settings.stack_name}/{name}")

    return Wiring(
        outputs={
            "database.host": "writer.openibank-prod.internal",
            "database.reader_host": "reader.openibank-prod.internal",
            "database.port": "5432",
            "database.name": "openibank",
            "cache.host": "cache.openibank-prod.internal",
            "cache.port": "6379",
            "cache.nodes": "node1:6379,node2:6379,node3:6379",
            "telemetry.otlp_endpoint": "http://otel-collector:4317",
            "region": settings.stack.region,
            "hostname": settings.hostname("api"),
        },
        telemetry=Telemetry(namespace="monitoring", collector="otel-collector.monitoring.svc.cluster.local"),
        secrets={name: entry(name) for name in ("JWT_SECRET", "API_KEY_SALT", "ISSUER_KEYPAIR")},
        **planned(settings, entry),
        master_secret=MASTER_SECRET,
        target_groups={("api-server", "http"): TARGET_GROUP},
        load_balancer_cidrs=("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"),
        data_cidrs=("10.0.96.0/24", "10.0.97.0/24", "10.0.98.0/24"),
        gateway_cidrs={"s3": ("52.216.0.0/15",)},
        dump_bucket="openibank-prod-backups",
    )


def foundation(settings: PlatformSettings, given: Wiring | None = None) -> Values:
    return foundation_values(settings, given or wiring(settings)).to_helm()


def workload(settings: PlatformSettings, given: Wiring | None = None) -> Values:
    return workload_values(settings, given or wiring(settings)).to_helm()


def with_toolbox(settings: PlatformSettings) -> PlatformSettings:
    application = settings.stack.application.model_copy(update={"toolbox": True})
    return settings.model_copy(update={"stack": settings.stack.model_copy(update={"application": application})})


def with_optional_secret(settings: PlatformSettings) -> Wiring:
    """The same outputs, with a value for the optional secret."""
    given = wiring(settings)
    return replace(given, secrets={**given.secrets, "OPENAI_API_KEY": SecretEntry(remote_name="OPENAI_API_KEY")})


@dataclass(frozen=True)
class Rendered:
    """The objects of a release."""

    objects: tuple[Mapping[str, Any], ...]

    def of_kind(self, kind: str) -> list[Mapping[str, Any]]:
        return [item for item in self.objects if item["kind"] == kind]

    def names(self, kind: str) -> set[str]:
        return {item["metadata"]["name"] for item in self.of_kind(kind)}

    def one(self, kind: str, name: str) -> Mapping[str, Any]:
        found = [item for item in self.of_kind(kind) if item["metadata"]["name"] == name]
        assert len(found) == 1, f"{len(found)} objects are {kind} {name}; there: {sorted(self.names(kind))}"
        return found[0]

    def pod_templates(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for item in self.objects:
            if item["kind"] in {"Deployment", "Job"}:
                yield item["metadata"]["name"], item["spec"]["template"]
            if item["kind"] == "CronJob":
                yield item["metadata"]["name"], item["spec"]["jobTemplate"]["spec"]["template"]


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(tools.find("helm")), *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def run(chart: str, values: Values, command: str = "template") -> subprocess.CompletedProcess[str]:
    """Run `helm template` or `helm lint --strict` with these values."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "values.json"
        file.write_text(json.dumps(values))
        path = str(ROOT / "charts" / chart)
        if command == "lint":
            return helm("lint", "--strict", path, "--values", str(file), "--kube-version", KUBERNETES)
        namespace = "groundwork-system" if chart == "foundation" else str(values["product"])
        return helm(
            "template", chart, path, "--values", str(file), "--namespace", namespace, "--kube-version", KUBERNETES
        )


def render(chart: str, values: Values) -> Rendered:
    answer = run(chart, values)
    assert answer.returncode == 0, answer.stderr
    return Rendered(tuple(item for item in yaml.safe_load_all(answer.stdout) if item))


@cache
def rendered(chart: str, stack_name: str) -> Rendered:
    """A chart as stack `stack_name` installs it."""
    settings = stack(stack_name)
    return render(chart, foundation(settings) if chart == "foundation" else workload(settings))


def at(item: Any, path: str) -> Any:
    """Follow a path such as `spec.containers[0].env[name=RUST_LOG].value`; fails where a step leads nowhere."""
    here = item
    for key, value, index, name in _STEP.findall(path):
        if key:
            here = next((each for each in here if str(each[key]) == value), None)
        else:
            here = here[int(index)] if index else here.get(name)
        assert here is not None, f"{path}: nothing at {key or index or name} {value}"
    return here
