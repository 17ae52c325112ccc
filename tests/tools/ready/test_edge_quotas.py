"""What stands before a product is counted as the platform builds it."""

from pathlib import Path

from pulumi import Output

from components.platform import Platform
from settings import PlatformSettings
from settings.raw import Raw, merged
from tests.components.recording import Recorder, build
from tests.policies.settled import accepted, base
from tests.settings.product import with_change
from tools.ready import needs
from tools.ready.needs import Quota

_SIGN_ON: Raw = {
    "issuer": "https://id.example.com",
    "authorization_endpoint": "https://id.example.com/authorize",
    "token_endpoint": "https://id.example.com/token",
    "user_info_endpoint": "https://id.example.com/userinfo",
    "client_id": "consoles",
    "client_secret": "CONSOLES_CLIENT_SECRET",
}
_EDGE = (needs.BALANCERS, needs.NETWORK_BALANCERS, needs.DISTRIBUTIONS)


def _everything(folder: Path) -> PlatformSettings:
    stated = base("production", "eks", folder)
    stated.stack = merged(
        stated.stack,
        {"consoles": {"sign_on": _SIGN_ON}, "secrets": {"CONSOLES_CLIENT_SECRET": {"secure": "v1:abc"}}},
    )
    stated.workload = with_change(stated.workload, "buckets.uploads.cdn", {"host": "media", "prefixes": ["public/"]})
    return accepted(stated)


def _counted(settings: PlatformSettings) -> dict[Quota, int]:
    return {need.quota: need.first for need in needs.needs(settings) if need.quota in _EDGE}


def _built(settings: PlatformSettings) -> dict[Quota, int]:
    secrets = Output.secret(dict.fromkeys(settings.stack.provided_secrets, "v"))
    recorder: Recorder[Platform] = build(lambda: Platform("platform", settings, secrets))
    kinds = [each.inputs.get("loadBalancerType") for each in recorder.of_type("aws:lb/loadBalancer:LoadBalancer")]
    return {
        needs.BALANCERS: kinds.count("application"),
        needs.NETWORK_BALANCERS: kinds.count("network"),
        needs.DISTRIBUTIONS: len(recorder.of_type("aws:cloudfront/distribution:Distribution")),
    }


def test_every_load_balancer_and_distribution_is_counted(tmp_path: Path) -> None:
    settings = _everything(tmp_path)
    counted = _counted(settings)
    assert counted == _built(settings)
    # The CDN, the static site and the bucket's; the product's balancer and the consoles'.
    assert (counted[needs.DISTRIBUTIONS], counted[needs.BALANCERS], counted[needs.NETWORK_BALANCERS]) == (3, 2, 1)


def test_without_routes_there_is_none(tmp_path: Path) -> None:
    stated = base("production", "ecs", tmp_path)
    keys = {key: value for key, value in stated.workload.items() if key in ("name", "description", "services")}
    stated.workload = with_change(keys, "services.api", {**_plain(), "replicas": {"minimum": 1, "maximum": 1}})
    stated.workload = with_change(stated.workload, "services.worker", {**_plain()})
    stated.stack = {key: value for key, value in stated.stack.items() if key != "secrets"}
    assert _counted(accepted(stated)) == {}


def _plain() -> dict[str, Raw]:
    return {
        "image": {"repository": "example/worker", "tag": "v1.0.0"},
        "replicas": {"minimum": 1, "maximum": 1},
        "resources": {"requests": {"cpu": "250m", "memory": "512Mi"}, "limits": {"cpu": "500m", "memory": "512Mi"}},
    }
