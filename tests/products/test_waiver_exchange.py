"""waiver.exchange's figures, in the budget form that it starts with and the standard form that it grows into."""

import json
import re
from math import ceil
from typing import Any

import pytest

from tests.charts.rendering import at
from tests.charts.waiver_exchange_forms import FORMS, form, rendered
from tests.components.recording import Recorder
from tests.products.proof import (
    CACHE,
    CACHE_PARAMETERS,
    DATABASE,
    LIFECYCLE,
    LISTENER_RULE,
    SECRET_VERSION,
    TARGET_GROUP,
)

_BOTH = pytest.mark.parametrize("name", FORMS)
_SERVICES = ("rest", "oauth", "ws")
_PLAIN_URL = re.compile(
    r"(?P<scheme>\w+)://(?P<user>[^:]+):[^@]+@[^:]+:(?P<port>\d+)/(?P<database>\w+)\?sslmode=require"
)
_FIVE_MINUTES = 300


@pytest.mark.requirement("WX-22")
@pytest.mark.requirement("WX-25")
def test_the_managed_database_is_of_the_plans_version_and_small() -> None:
    budget, standard = (form(name).one(DATABASE, "database-primary").inputs for name in FORMS)
    assert budget["engineVersion"] == standard["engineVersion"] == "15"
    # The plan's 25 to 50 dollars buy a burstable class of two or four GiB.
    assert (budget["instanceClass"], standard["instanceClass"]) == ("db.t4g.small", "db.t4g.medium")
    assert budget["multiAz"] is False


@pytest.mark.requirement("WX-28")
@pytest.mark.requirement("WX-29")
def test_the_managed_cache_is_of_the_plans_version_small_and_only_a_cache() -> None:
    budget, standard = (form(name).one(CACHE).inputs for name in FORMS)
    assert budget["engineVersion"] == standard["engineVersion"] == "7.1"
    assert (budget["nodeType"], standard["nodeType"]) == ("cache.t4g.micro", "cache.t4g.small")
    assert (budget["numNodeGroups"], budget["replicasPerNodeGroup"]) == (1, 0)
    for name in FORMS:
        stated = form(name).one(CACHE_PARAMETERS).inputs["parameters"]
        assert {each["name"]: each["value"] for each in stated}["maxmemory-policy"] == "allkeys-lru"


@pytest.mark.requirement("WX-15")
@pytest.mark.requirement("WX-17")
@pytest.mark.requirement("WX-18")
@pytest.mark.requirement("WX-19")
def test_the_database_is_reached_as_its_own_role_and_never_as_the_superuser() -> None:
    url = form("budget").one(SECRET_VERSION, "task-secrets-database-url-version").inputs["secretString"]
    match = _PLAIN_URL.fullmatch(url)
    assert match
    assert match["scheme"] == "postgres"
    assert (match["user"], match["port"], match["database"]) == ("waiver_exchange", "5432", "waiver_exchange")
    for name in FORMS:
        credential = form(name).one(SECRET_VERSION, "secrets-database-role-version")
        assert json.loads(credential.inputs["secretString"])["username"] == "waiver_exchange"
        assert "secretString" in credential.secret_inputs
        assert form(name).one(DATABASE, "database-primary").inputs["username"] != "waiver_exchange"


@pytest.mark.requirement("WX-15")
@pytest.mark.requirement("WX-16")
@pytest.mark.parametrize("service", _SERVICES)
def test_every_function_is_given_both_addresses(service: str) -> None:
    task = form("budget").one("aws:ecs/taskDefinition:TaskDefinition", f"application-{service}-task")
    (main,) = [each for each in task.document("containerDefinitions") if each["name"] == service]
    assert {each["name"] for each in main["secrets"]} >= {"DATABASE_URL", "REDIS_URL"}


@pytest.mark.requirement("WX-12")
@pytest.mark.requirement("WX-35")
@_BOTH
def test_three_servers_share_one_host_by_path(name: str) -> None:
    recorder = form(name)
    groups = {each.name.removeprefix("ingress-target-groups-"): each for each in recorder.of_type(TARGET_GROUP)}
    assert {service: group.inputs["port"] for service, group in groups.items()} == {
        "rest-http": 8081,
        "oauth-http": 8082,
        "ws-http": 8081,
    }
    assert _paths(recorder) == {
        ("waiver.exchange", "/*"): "rest-http",
        ("waiver.exchange", "/oauth"): "oauth-http",
        ("waiver.exchange", "/oauth/*"): "oauth-http",
        ("waiver.exchange", "/ws"): "ws-http",
        ("waiver.exchange", "/ws/*"): "ws-http",
    }


def _paths(recorder: Recorder[Any]) -> dict[tuple[str, str], str]:
    """Return which service answers for which host and path."""
    found: dict[tuple[str, str], str] = {}
    for rule in recorder.of_type(LISTENER_RULE):
        if rule.inputs["actions"][0]["type"] == "fixed-response":
            continue
        conditions: dict[str, list[str]] = {
            key: each[key]["values"] for each in rule.inputs["conditions"] for key in each
        }
        target = rule.inputs["actions"][0]["targetGroupArn"].rpartition(":ingress-target-groups-")[2]
        found |= {
            (host, path): target.removesuffix("-arn")
            for host in conditions["hostHeader"]
            for path in conditions["pathPattern"]
        }
    return found


@pytest.mark.requirement("WX-54")
def test_the_sign_ons_way_back_is_a_path_that_its_server_answers() -> None:
    assert rendered().one("ConfigMap", "waiver-exchange-environment")["data"] == {
        "PUBLIC_HOST": "waiver.exchange",
        "OAUTH_CALLBACK_PATH": "/oauth/callback",
    }
    assert _paths(form("standard"))["waiver.exchange", "/oauth/*"] == "oauth-http"


@pytest.mark.requirement("WX-82")
@_BOTH
def test_dumps_are_kept_for_a_month(name: str) -> None:
    rules = form(name).one(LIFECYCLE, "backups-store-lifecycle").inputs["rules"]
    assert at(rules, "[id=expire-dumps].expiration.days") == 30
    assert form(name).one(DATABASE, "database-primary").inputs["backupRetentionPeriod"] >= 7


@pytest.mark.requirement("WX-83")
@pytest.mark.parametrize("service", _SERVICES)
def test_the_version_before_is_back_within_five_minutes_on_the_standard_form(service: str) -> None:
    """Every wait that the objects themselves impose, one after another; a container's own start comes on top."""
    spec = rendered().one("Deployment", service)["spec"]
    scalers = [
        each for each in rendered().of_kind("HorizontalPodAutoscaler") if each["metadata"]["name"].startswith(service)
    ]
    pods = scalers[0]["spec"]["maxReplicas"] if scalers else spec["replicas"]
    surge = spec["strategy"]["rollingUpdate"]["maxSurge"]
    assert spec["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    readiness = at(spec, "template.spec.containers[0].readinessProbe")
    check = form("standard").one(TARGET_GROUP, f"ingress-target-groups-{service}-http").inputs["healthCheck"]
    ready = readiness["initialDelaySeconds"] + readiness["periodSeconds"] * readiness["successThreshold"]
    healthy = check["interval"] * check["healthyThreshold"]
    rollout = ceil(pods / surge) * (ready + healthy)
    assert rollout + spec["template"]["spec"]["terminationGracePeriodSeconds"] <= _FIVE_MINUTES
    # A rollout that does not get on is given up by then, and the version before is kept to go back to.
    assert spec["progressDeadlineSeconds"] <= _FIVE_MINUTES
    assert spec["revisionHistoryLimit"] >= 1


@pytest.mark.requirement("WX-83")
@pytest.mark.parametrize("service", _SERVICES)
def test_the_version_before_is_back_within_five_minutes_on_the_budget_form(service: str) -> None:
    """All tasks of a service are replaced at once: a new one is healthy, then the old one is drained."""
    given = next(
        each.inputs for each in form("budget").of_type("aws:ecs/service:Service") if each.inputs["name"] == service
    )
    assert (given["deploymentMinimumHealthyPercent"], given["deploymentMaximumPercent"]) == (100, 200)
    assert given["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    group = form("budget").one(TARGET_GROUP, f"ingress-target-groups-{service}-http").inputs
    healthy = group["healthCheck"]["interval"] * group["healthCheck"]["healthyThreshold"]
    assert given["healthCheckGracePeriodSeconds"] + healthy + int(group["deregistrationDelay"]) <= _FIVE_MINUTES
