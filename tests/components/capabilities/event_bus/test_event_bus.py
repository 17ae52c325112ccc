"""The event bus as the component registers it, and as a platform wires it: credentials, order, address, ways in."""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pulumi import Output

from components.backup.vault import VOLUME_TAG
from components.capabilities.contract import Context
from components.capabilities.event_bus.declaration import EventBusCapability
from components.capabilities.planned import planned_namespaces, planned_reach, planned_secrets
from components.chart_values.workload.policies import Flow
from components.cluster.demand import workload_demand
from components.cluster.optional import optional_charts
from components.foundation.foundation import Foundation
from components.product.secrets import available
from components.runtimes.kubernetes.flows import service_policies
from components.runtimes.kubernetes.secrets import external_secrets
from components.runtimes.kubernetes.values import workload_values
from settings import PlatformSettings
from settings.arithmetic.eventbus import broker_memory
from tests.charts.event_bus import RELEASE, event_bus
from tests.charts.service_layer import settings, wiring
from tests.components.service_layer import platform, release

_SECRET = "aws:secretsmanager/secret:Secret"
_EXTERNAL = "mq.example.com:9876"


@cache
def _external() -> PlatformSettings:
    """Service Layer on stack prod, with a bus that somebody else runs."""
    stated = settings("prod")
    bus = stated.stack.event_bus
    assert bus is not None
    stack = stated.stack.model_copy(update={"event_bus": bus.model_copy(update={"address": _EXTERNAL})})
    return stated.model_copy(update={"stack": stack})


@pytest.mark.requirement("SL-53")
def test_an_application_sees_one_address() -> None:
    made = event_bus().result
    assert made.address == "names.event-bus.svc.cluster.local:9876"


def test_two_users_have_a_password_each_in_secrets_manager() -> None:
    recorder = event_bus()
    names = {each.inputs["name"] for each in recorder.of_type(_SECRET)}
    assert names == {"service-layer/prod/event-bus-admin", "service-layer/prod/event-bus-user"}
    assert {each.inputs["kmsKeyId"] for each in recorder.of_type(_SECRET)} == {
        "arn:aws:kms:us-east-1:111122223333:key/secrets"
    }
    for version in recorder.of_type("aws:secretsmanager/secretVersion:SecretVersion"):
        assert "secretString" in version.secret_inputs
    passwords = recorder.of_type("random:index/randomPassword:RandomPassword")
    assert [each.inputs["length"] for each in passwords] == [48, 48]


def test_credentials_are_protected_with_the_stack() -> None:
    assert all(each.protect for each in event_bus("prod").of_type(_SECRET))
    assert not any(each.protect for each in event_bus("dev").of_type(_SECRET))


def test_the_release_is_atomic_comes_after_its_credentials_and_holds_none() -> None:
    recorder = event_bus()
    release = recorder.one(RELEASE)
    assert release.inputs["atomic"] is True
    assert release.secret_inputs == frozenset()
    for version in recorder.of_type("aws:secretsmanager/secretVersion:SecretVersion"):
        assert recorder.comes_after(release, version)


@pytest.mark.parametrize("mebibytes", [1024, 2048, 4096, 65536])
def test_a_quarter_of_a_brokers_memory_stays_for_the_page_cache(mebibytes: int) -> None:
    memory = broker_memory(mebibytes)
    assert memory.heap == mebibytes // 2
    assert memory.heap + memory.direct <= mebibytes * 3 // 4


def _context(stated: PlatformSettings) -> Context:
    foundation = cast("Foundation", SimpleNamespace(settings=stated))
    return Context(foundation=foundation, clients_group_id=Output.from_input("sg-0"), kubernetes=None)


@pytest.mark.requirement("SL-53")
@pytest.mark.requirement("SL-54")
@pytest.mark.requirement("SL-55")
def test_outputs_follow_the_stack_whoever_runs_the_bus() -> None:
    own = platform().result.capabilities.outputs
    external = EventBusCapability().build(_context(_external())).outputs
    assert platform().value(own["event_bus.address"]) == "names.event-bus.svc.cluster.local:9876"
    assert external["event_bus.address"] == _EXTERNAL
    for outputs in (own, external):
        assert outputs["event_bus.topic_prefix"] == "sl-prod"
        assert outputs["event_bus.consumer_group"] == "sl-prod-consumers"
    assert settings("dev").topic_prefix == "sl-dev"


def _flow(stated: PlatformSettings) -> Flow:
    given = replace(wiring(), reach=planned_reach(stated))
    policy = service_policies(stated, given)["service-layer-policy"]
    (flow,) = [each for each in policy.egress if each.name == "event-bus"]
    return flow


@pytest.mark.requirement("SL-29")
def test_the_product_may_reach_name_servers_and_brokers() -> None:
    flow = _flow(settings("prod"))
    assert flow.namespace == "event-bus"
    assert {each.number for each in flow.ports} == {9876, 10909, 10911}


@pytest.mark.requirement("SL-29")
def test_a_bus_that_runs_elsewhere_is_reached_outside() -> None:
    flow = _flow(_external())
    assert flow.cidrs == ("0.0.0.0/0",)
    assert flow.except_ is not None
    assert "10.0.0.0/8" in flow.except_
    assert {each.number for each in flow.ports} == {9876, 10909, 10911}


def test_the_product_gets_its_own_user_and_never_the_administrators() -> None:
    (secret,) = [each for each in external_secrets(settings("prod"), wiring()) if "ROCKETMQ_ACCESS_KEY" in each.data]
    assert secret.data["ROCKETMQ_ACCESS_KEY"] == "{{ .event_bus_username }}"
    assert secret.data["ROCKETMQ_SECRET_KEY"] == "{{ .event_bus_password }}"
    assert "event-bus-user" in str(secret)
    assert "event-bus-admin" not in str(secret)


def test_a_bus_that_runs_elsewhere_keeps_its_credential_to_itself() -> None:
    given = replace(wiring(), credentials={}, secret_texts=planned_secrets(_external()))
    assert not available(_external(), given, "ROCKETMQ_SECRET_KEY")
    values: Any = workload_values(_external(), given).to_helm()
    assert "ROCKETMQ_SECRET_KEY" not in str(values["services"]["service-layer"]["secretEnvironment"])


def test_the_cluster_has_room_certificates_and_secrets_for_it() -> None:
    own, external = settings("prod"), _external()
    brokers, servers = workload_demand(own).millicores, workload_demand(external).millicores
    assert brokers - servers >= 2 * 1000 + 3 * 100
    assert "cert-manager" in optional_charts(own)
    assert "cert-manager" not in optional_charts(external)
    assert planned_namespaces(own) == ["event-bus"]
    assert planned_namespaces(external) == []


@pytest.mark.requirement("SL-29")
def test_the_bus_comes_after_what_it_needs_and_before_the_product() -> None:
    for earlier in ("cert-manager", "external-secrets", "prometheus"):
        assert platform().comes_after(release("event-bus"), release(earlier))
    assert platform().comes_after(release("service-layer"), release("event-bus"))


@pytest.mark.requirement("SL-53")
def test_the_platform_hands_the_address_to_the_product_and_to_the_stacks_outputs() -> None:
    environment = release("service-layer").inputs["values"]["services"]["service-layer"]["environment"]
    assert environment["ROCKETMQ_NAMESERVER"] == "names.event-bus.svc.cluster.local:9876"
    assert platform().result.exports["event_bus_host"] == "names.event-bus.svc.cluster.local"


def test_volumes_carry_the_tag_that_the_vault_looks_for() -> None:
    tag = release("event-bus").inputs["values"]["storage"]["tag"]
    assert tag == {"key": VOLUME_TAG, "value": "service-layer-prod"}
