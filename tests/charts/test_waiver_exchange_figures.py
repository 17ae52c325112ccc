"""How waiver.exchange's functions are configured and how its users sign in, as helm renders it for stack prod."""

from typing import Any

import pytest

from components.runtimes.kubernetes.values import workload_values
from settings.workload.secrets import ExternalSecret, GeneratedSecret
from tests.charts.rendering import Rendered, at, render
from tests.charts.waiver_exchange import release, waiver_exchange, wiring

_CONTAINER = "spec.template.spec.containers[0]"
_FUNCTIONS = ("rest", "oauth", "ws")
_SECRETS = "waiver-exchange-secrets"


def _container(name: str, rendered: Rendered | None = None) -> Any:
    return at((rendered or release()).one("Deployment", name), _CONTAINER)


def _sources(container: Any) -> tuple[set[str], set[str]]:
    """The ConfigMaps and the Secrets that a container's environment comes from."""
    maps = {each["configMapRef"]["name"] for each in container.get("envFrom", []) if "configMapRef" in each}
    whole = {each["secretRef"]["name"] for each in container.get("envFrom", []) if "secretRef" in each}
    keys = {
        each["valueFrom"]["secretKeyRef"]["name"] for each in container.get("env", []) if "secretKeyRef" in str(each)
    }
    return maps, whole | keys


@pytest.mark.requirement("WX-13")
@pytest.mark.parametrize("function", _FUNCTIONS)
def test_every_function_is_configured_from_the_one_map_and_the_one_secret(function: str) -> None:
    assert _sources(_container(function)) == ({"waiver-exchange-environment"}, {_SECRETS})
    plain = [each["name"] for each in _container(function).get("env", []) if "value" in each]
    assert plain == []


@pytest.mark.requirement("WX-13")
def test_the_map_holds_what_the_file_states_once() -> None:
    assert release().one("ConfigMap", "waiver-exchange-environment")["data"] == {
        "PUBLIC_HOST": "waiver.exchange",
        "OAUTH_CALLBACK_PATH": "/oauth/callback",
    }


@pytest.mark.requirement("WX-13")
def test_a_change_of_the_map_replaces_the_pods_of_every_function() -> None:
    settings = waiver_exchange()
    changed = settings.model_copy(
        update={"workload": settings.workload.model_copy(update={"environment": {"PUBLIC_HOST": "elsewhere.example"}})}
    )
    after = render("workload", workload_values(changed, wiring(changed)).to_helm())
    for function in _FUNCTIONS:
        sums = [
            at(each.one("Deployment", function), "spec.template.metadata.annotations")["checksum/environment"]
            for each in (release(), after)
        ]
        assert sums[0] != sums[1]


@pytest.mark.requirement("WX-13")
def test_one_process_for_all_functions_has_the_same_configuration() -> None:
    """Consolidated: the gateway alone, with every route and every secret; the map stays as it is."""
    settings = waiver_exchange()
    workload = settings.workload
    gateway = workload.services["rest"].model_copy(update={"secrets": workload.services["oauth"].secrets})
    routes = tuple(route.model_copy(update={"service": "rest"}) for route in workload.ingress.routes)
    alone = workload.model_copy(
        update={
            "services": {"rest": gateway},
            "ingress": workload.ingress.model_copy(update={"routes": routes}),
            "objectives": tuple(each for each in workload.objectives if each.service == "rest"),
        }
    )
    one = settings.model_copy(update={"workload": alone})
    rendered = render("workload", workload_values(one, wiring(one)).to_helm())
    assert _sources(_container("rest", rendered)) == ({"waiver-exchange-environment"}, {_SECRETS})
    name = "waiver-exchange-environment"
    assert rendered.one("ConfigMap", name)["data"] == release().one("ConfigMap", name)["data"]


def _source(key: str) -> Any:
    data = release("foundation").one("ExternalSecret", _SECRETS)["spec"]["data"]
    (source,) = [each["remoteRef"] for each in data if each["secretKey"] == key]
    return source


@pytest.mark.requirement("WX-20")
@pytest.mark.requirement("WX-54")
@pytest.mark.parametrize("name", ["OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET"])
def test_the_providers_credentials_have_their_place_and_whoever_registers_the_client_fills_it(name: str) -> None:
    assert isinstance(waiver_exchange().workload.secrets[name], ExternalSecret)
    assert _source(name) == {"key": f"waiver-exchange/prod/{name}"}
    # The other two functions know nothing of them.
    assert name in waiver_exchange().workload.services["oauth"].secrets
    for other in ("rest", "ws"):
        assert name not in str(_container(other))


@pytest.mark.requirement("WX-20")
@pytest.mark.requirement("WX-54")
def test_the_redirect_address_leads_to_the_function_that_answers_it() -> None:
    workload = waiver_exchange().workload
    callback = workload.environment["OAUTH_CALLBACK_PATH"]
    assert isinstance(callback, str)
    (route,) = [each for each in workload.ingress.routes if each.path != "/" and callback.startswith(f"{each.path}/")]
    assert route.service == "oauth"


@pytest.mark.requirement("WX-21")
@pytest.mark.requirement("WX-54")
def test_the_signing_key_is_made_and_the_one_before_verifies_on() -> None:
    key = waiver_exchange().workload.secrets["JWT_SECRET"]
    assert isinstance(key, GeneratedSecret)
    assert key.bytes * 8 == 256
    assert _source("JWT_SECRET") == {"key": "waiver-exchange/prod/JWT_SECRET", "property": "current"}
    assert _source("JWT_SECRET_PREVIOUS") == {"key": "waiver-exchange/prod/JWT_SECRET", "property": "previous"}
    for function in _FUNCTIONS:
        assert {"JWT_SECRET", "JWT_SECRET_PREVIOUS"} <= set(waiver_exchange().workload.services[function].secrets)


@pytest.mark.requirement("WX-54")
def test_the_function_that_signs_people_in_reaches_the_provider_and_no_other_does() -> None:
    outside = {
        name: [
            rule["ports"]
            for rule in release().one("NetworkPolicy", f"{name}-policy")["spec"]["egress"]
            if "0.0.0.0/0" in str(rule)
        ]
        for name in _FUNCTIONS
    }
    assert outside == {"rest": [], "oauth": [[{"port": 443, "protocol": "TCP"}]], "ws": []}
