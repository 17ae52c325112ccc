"""OpeniBank's local language model: off, on the cluster, or at an address outside."""

from typing import Any, cast

import pytest
import yaml

from components.runtimes.kubernetes.values import workload_values
from settings import PlatformSettings
from settings.load import load
from settings.raw import Raw
from tests.charts.rendering import ROOT, Rendered, at, render, rendered, wiring

_API, _MODEL, _PORT = "api-server", "ollama", 11434


def _openibank(application: dict[str, Raw]) -> PlatformSettings:
    config = cast("dict[str, Any]", yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text()))["config"]
    stated = {key.split(":", 1)[1]: value for key, value in config.items()}
    return load("prod", {**stated, "application": application}, ROOT / "workloads")


def _rendered(application: dict[str, Raw]) -> Rendered:
    settings = _openibank(application)
    return render("workload", workload_values(settings, wiring(settings)).to_helm())


@pytest.fixture(scope="module")
def local() -> Rendered:
    provider: dict[str, Raw] = {"environment": {"OPENIBANK_LLM_PROVIDER": "ollama"}}
    return _rendered({"include": [_MODEL], "services": {_API: provider}})


def _variable(objects: Rendered, name: str) -> str:
    return at(objects.one("Deployment", _API), f"spec.template.spec.containers[0].env[name={name}].value")


@pytest.mark.requirement("OB-29")
def test_it_is_off_unless_a_stack_asks_for_it() -> None:
    objects = rendered("workload", "prod")
    assert not any(_MODEL in item["metadata"]["name"] for item in objects.objects)
    assert _variable(objects, "OPENIBANK_LLM_PROVIDER") == "openai"
    notes = objects.one("NetworkPolicy", f"{_API}-policy")["metadata"]["annotations"]
    assert _MODEL not in notes["groundwork/egress"].split()


@pytest.mark.requirement("OB-29")
def test_a_stack_that_asks_for_it_runs_it_at_the_address_that_the_api_knows(local: Rendered) -> None:
    assert _variable(local, "OPENIBANK_OLLAMA_URL") == "http://ollama:11434"
    assert _variable(local, "OPENIBANK_LLM_PROVIDER") == "ollama"
    (port,) = local.one("Service", _MODEL)["spec"]["ports"]
    assert (port["port"], port["targetPort"]) == (_PORT, _PORT)
    container = at(local.one("Deployment", _MODEL), "spec.template.spec.containers[0]")
    assert container["readinessProbe"]["httpGet"]["port"] == _PORT


@pytest.mark.requirement("OB-29")
def test_its_models_are_on_a_volume_that_outlives_the_pod(local: Rendered) -> None:
    pod = at(local.one("Deployment", _MODEL), "spec.template.spec")
    folder = at(pod, "containers[0].env[name=OLLAMA_MODELS].value")
    (mount,) = [each for each in pod["containers"][0]["volumeMounts"] if each["mountPath"] == folder]
    claim = at(pod, f"volumes[name={mount['name']}].persistentVolumeClaim.claimName")
    volume = local.one("PersistentVolumeClaim", claim)
    assert volume["spec"]["resources"]["requests"]["storage"] == "50Gi"
    assert volume["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
    assert at(local.one("Deployment", _MODEL), "spec.strategy.type") == "Recreate"


@pytest.mark.requirement("OB-29")
def test_the_api_alone_may_reach_it(local: Rendered) -> None:
    wanted = [{"port": _PORT, "protocol": "TCP"}]
    out = local.one("NetworkPolicy", f"{_API}-policy")["spec"]["egress"]
    assert [flow["ports"] for flow in out if flow["to"] == [_pods(_MODEL)]] == [wanted]
    into = local.one("NetworkPolicy", f"{_MODEL}-policy")["spec"]["ingress"]
    assert into == [{"from": [_pods(_API)], "ports": wanted}]


def _pods(app: str) -> dict[str, Any]:
    return {"podSelector": {"matchLabels": {"app": app}}}


@pytest.mark.requirement("OB-29")
def test_an_address_outside_takes_its_place_with_a_way_out_to_it() -> None:
    change: dict[str, Raw] = {
        "environment": {"OPENIBANK_LLM_PROVIDER": "ollama", "OPENIBANK_OLLAMA_URL": "http://198.51.100.7:11434"},
        "egress": [{"name": "local-llm", "port": _PORT, "cidr": "198.51.100.7/32"}],
    }
    objects = _rendered({"services": {_API: change}})
    assert _variable(objects, "OPENIBANK_OLLAMA_URL") == "http://198.51.100.7:11434"
    out = objects.one("NetworkPolicy", f"{_API}-policy")["spec"]["egress"]
    outside = [flow for flow in out if flow["to"] == [{"ipBlock": {"cidr": "198.51.100.7/32"}}]]
    assert [flow["ports"] for flow in outside] == [[{"port": _PORT, "protocol": "TCP"}]]
    assert _MODEL not in objects.names("Deployment")
