"""Listener rules and target groups, for any routes a product may state."""

import hashlib
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settings.arithmetic.routes import (
    MAXIMUM_PRIORITY,
    MAXIMUM_SEGMENTS,
    hosts,
    leading_route,
    listener_rules,
    speaks_http1,
    target_group_name,
    target_groups,
)
from settings.workload import Workload
from settings.workload.delivery import Route
from tests.components.ingress.samples import WORKLOAD

segments = st.text(alphabet="abcXYZ019-._~", min_size=1, max_size=8)
paths = st.lists(segments, max_size=MAXIMUM_SEGMENTS).map(lambda parts: "/" + "/".join(parts))
labels = st.sampled_from(["@", "api", "www", "admin", "a-b"])
routes = st.lists(
    st.builds(Route, host=labels, path=paths, service=st.just("api-server"), port=st.just("http")),
    max_size=40,
    unique_by=lambda route: (route.host, route.path),
)


def hostname(label: str) -> str:
    return "example.org" if label == "@" else f"{label}.example.org"


@given(routes)
@settings(max_examples=60)
def test_priorities_are_unique_and_allowed(stated: list[Route]) -> None:
    rules = listener_rules(stated, hostname)
    priorities = [rule.priority for rule in rules]
    assert len(set(priorities)) == len(stated)
    assert all(1 <= priority <= MAXIMUM_PRIORITY for priority in priorities)
    assert priorities == sorted(priorities)


@given(routes, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_the_routes_changes_nothing(stated: list[Route], random: Random) -> None:
    shuffled = list(stated)
    random.shuffle(shuffled)
    assert listener_rules(shuffled, hostname) == listener_rules(stated, hostname)


@given(routes)
@settings(max_examples=60)
def test_the_more_specific_path_comes_first(stated: list[Route]) -> None:
    priority = {(rule.host, rule.patterns[0]): rule.priority for rule in listener_rules(stated, hostname)}
    for (host, path), own in priority.items():
        parent = path.rsplit("/", 1)[0]
        while parent:
            if (host, parent) in priority:
                assert own < priority[(host, parent)]
            parent = parent.rsplit("/", 1)[0]
        if path != "/*" and (host, "/*") in priority:
            assert own < priority[(host, "/*")]


@given(routes)
@settings(max_examples=60)
def test_every_rule_has_a_name_of_its_own(stated: list[Route]) -> None:
    keys = [rule.key for rule in listener_rules(stated, hostname)]
    assert len(set(keys)) == len(keys)


@given(st.integers(min_value=0, max_value=9))
def test_a_new_route_leaves_the_others_where_they_are(added: int) -> None:
    stated = [Route(host="api", path=f"/service-{number}", service="api-server", port="http") for number in range(10)]
    others = [route for index, route in enumerate(stated) if index != added]
    before = {rule.key: rule.priority for rule in listener_rules(others, hostname)}
    after = {rule.key: rule.priority for rule in listener_rules(stated, hostname)}
    assert before.items() < after.items()


def test_two_routes_with_the_same_place_both_get_a_priority() -> None:
    stated = [Route(host="api", path=f"/service-{number}", service="api-server", port="http") for number in range(300)]
    places = [int(hashlib.sha256(f"api\x00{route.path}".encode()).hexdigest(), 16) % 3125 for route in stated]
    assert len(set(places)) < len(places)
    priorities = [rule.priority for rule in listener_rules(stated, hostname)]
    assert len(set(priorities)) == len(stated)


def test_a_prefix_matches_itself_and_what_is_below_but_no_neighbour() -> None:
    [rule] = listener_rules([Route(host="api", path="/v1/", service="api-server", port="http")], hostname)
    assert rule.patterns == ("/v1", "/v1/*")
    assert rule.host == "api.example.org"
    assert rule.key == "api_v1"


def test_the_root_matches_everything() -> None:
    [rule] = listener_rules([Route(host="@", path="/", service="api-server", port="http")], hostname)
    assert rule.patterns == ("/*",)
    assert rule.host == "example.org"


def test_the_same_host_and_path_twice_is_refused() -> None:
    twice = [Route(host="api", path=path, service="api-server", port="http") for path in ("/v1", "/v1/")]
    with pytest.raises(ValueError, match="two routes for host 'api' and path '/v1'"):
        listener_rules(twice, hostname)


def test_a_path_that_is_too_deep_is_refused() -> None:
    deep = Route(host="api", path="/a" * 16, service="api-server", port="http")
    with pytest.raises(ValueError, match="has 16 segments; a route may have 14"):
        listener_rules([deep], hostname)


def test_hosts_are_given_once_and_in_order() -> None:
    stated = [Route(host=label, path="/", service="api-server", port="http") for label in ("www", "@", "www")]
    assert hosts(stated, hostname) == ("www.example.org", "example.org")


def test_routes_to_one_port_share_a_target_group() -> None:
    assert [(plan.target, plan.port, plan.health_path) for plan in target_groups(_with_paths("/a", "/a"))] == [
        (("api-server", "http"), 3000, "/a")
    ]


def test_a_port_has_one_health_path() -> None:
    with pytest.raises(ValueError, match="two kinds of health check or stickiness for port 'http'"):
        target_groups(_with_paths("/a", "/b"))


@pytest.mark.parametrize(
    ("protocol", "route", "expected"),
    [
        (None, {"health_path": "/ready"}, ("HTTP1", "/ready", "200-299")),
        ("http", {}, ("HTTP1", "/", "200-299")),
        ("http2", {"health_path": "/ready"}, ("HTTP2", "/ready", "200-299")),
        ("grpc", {}, ("GRPC", "/AWS.ALB/healthcheck", "12")),
        ("grpc", {"health_grpc_codes": "0-99"}, ("GRPC", "/AWS.ALB/healthcheck", "0-99")),
        ("grpc", {"health_path": "/grpc.health.v1.Health/Check"}, ("GRPC", "/grpc.health.v1.Health/Check", "0")),
    ],
)
def test_a_target_group_speaks_what_its_port_states(
    protocol: str | None, route: dict[str, str], expected: tuple[str, str, str]
) -> None:
    (plan,) = target_groups(_speaking(protocol, route))
    assert (plan.protocol_version, plan.health_path, plan.health_codes) == expected


@pytest.mark.parametrize(("protocol", "answered"), [(None, True), ("http", True), ("http2", False), ("grpc", False)])
def test_a_client_of_http1_is_answered_by_ports_of_http1_alone(protocol: str | None, answered: bool) -> None:
    product = _speaking(protocol, {})
    assert speaks_http1(product, product.ingress.routes[0]) is answered


@pytest.mark.parametrize(
    ("host", "path", "index"),
    [("api", "/", 0), ("api", "/v1", 1), ("api", "/v1/a?b=/v2", 1), ("api", "/v10", 0), ("www", "/v1", None)],
)
def test_a_request_takes_the_route_with_the_longest_prefix(host: str, path: str, index: int | None) -> None:
    stated = [Route(host="api", path=each, service="api-server", port="http") for each in ("/", "/v1/")]
    assert leading_route(stated, host, path) == index


names = st.from_regex(r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?", fullmatch=True)


@given(names, st.tuples(names, st.from_regex(r"[a-z0-9]{1,15}", fullmatch=True)), st.integers(1, 65535))
def test_a_target_group_name_fits_and_follows_what_cannot_be_changed(
    prefix: str, target: tuple[str, str], port: int
) -> None:
    name = target_group_name(prefix, target, {"port": port, "protocol": "HTTP"})
    assert len(name) <= 32
    assert name == target_group_name(prefix, target, {"protocol": "HTTP", "port": port})
    assert name != target_group_name(prefix, target, {"port": port + 1, "protocol": "HTTP"})
    assert not name.startswith("-")
    assert not name.endswith("-")


def _speaking(protocol: str | None, route: dict[str, str]) -> Workload:
    raw = WORKLOAD.model_dump(by_alias=True)
    raw["services"]["api-server"]["ports"]["http"]["app_protocol"] = protocol
    raw["ingress"]["routes"] = ({"host": "api", "service": "api-server", "port": "http", **route},)
    return Workload.model_validate(raw)


def _with_paths(first: str, second: str) -> Workload:
    raw = WORKLOAD.model_dump(by_alias=True)
    raw["ingress"]["routes"] = tuple(
        {"host": host, "service": "api-server", "port": "http", "health_path": path}
        for host, path in (("api", first), ("www", second))
    )
    return Workload.model_validate(raw)
