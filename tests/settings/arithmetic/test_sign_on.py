"""Which rules ask people to sign on, for any routes and paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.arithmetic.routes import ListenerRulePlan, listener_rules
from settings.arithmetic.sign_on import covers, signed_rules
from settings.sign_on import SignOn
from settings.workload.delivery import Route

_STATED = {
    "issuer": "https://id.example.com",
    "authorization_endpoint": "https://id.example.com/authorize",
    "token_endpoint": "https://id.example.com/token",
    "user_info_endpoint": "https://id.example.com/userinfo",
    "client_id": "shop",
    "client_secret": "CLIENT_SECRET",
}


def sign_on(*paths: str, hosts: tuple[str, ...] = ()) -> SignOn:
    return SignOn.model_validate({**_STATED, "paths": paths, "hosts": hosts})


def route(path: str, host: str = "api", service: str = "web") -> Route:
    return Route(host=host, path=path, service=service, port="http")


def first(plans: tuple[ListenerRulePlan, ...], host: str, path: str) -> ListenerRulePlan:
    """The rule that a request meets: the first whose host and pattern fit."""
    fits = (
        plan
        for plan in plans
        if plan.host == host and any(covers(pattern.removesuffix("/*"), path) for pattern in plan.patterns)
    )
    return next(fits)


def test_a_path_inside_a_route_is_parted_from_it() -> None:
    plans = signed_rules([route("/", service="web")], sign_on("/docs"), str)
    assert [(plan.patterns, plan.target, plan.sign_on) for plan in plans] == [
        (("/docs", "/docs/*"), ("web", "http"), True),
        (("/*",), ("web", "http"), False),
    ]


def test_a_deeper_route_below_the_path_asks_too_and_keeps_its_target() -> None:
    plans = signed_rules([route("/"), route("/docs/api", service="reference")], sign_on("/docs"), str)
    deep = first(plans, "api", "/docs/api/1")
    assert (deep.target, deep.sign_on) == (("reference", "http"), True)
    assert first(plans, "api", "/docs/other").sign_on
    assert not first(plans, "api", "/documents").sign_on


def test_a_path_keeps_the_target_of_the_deepest_route_around_it() -> None:
    plans = signed_rules([route("/", service="web"), route("/api", service="api")], sign_on("/api/admin"), str)
    assert first(plans, "api", "/api/admin/users").target == ("api", "http")


def test_the_root_covers_every_route_and_adds_no_rule() -> None:
    routes = [route("/api"), route("/ws", service="socket")]
    plans = signed_rules(routes, sign_on("/"), str)
    assert [plan.key for plan in plans] == [plan.key for plan in listener_rules(routes, str)]
    assert all(plan.sign_on for plan in plans)


def test_a_host_that_is_not_named_stays_open() -> None:
    plans = signed_rules([route("/"), route("/", host="admin")], sign_on("/", hosts=("admin",)), str)
    assert {plan.host: plan.sign_on for plan in plans} == {"api": False, "admin": True}


def test_without_sign_on_the_rules_are_the_routes() -> None:
    routes = [route("/"), route("/jobs")]
    assert signed_rules(routes, None, str) == listener_rules(routes, str)


_SEGMENTS = st.lists(st.sampled_from(["a", "b", "ab"]), max_size=3).map(lambda parts: "/" + "/".join(parts))


@given(
    paths=st.lists(_SEGMENTS, min_size=1, max_size=5, unique=True),
    signed=st.lists(_SEGMENTS, min_size=1, max_size=3, unique=True),
    asked=_SEGMENTS,
)
def test_whoever_asks_below_a_signed_path_signs_on_and_nobody_else(
    paths: list[str], signed: list[str], asked: str
) -> None:
    routes = [
        route("/", service="root"),
        *(route(path, service=f"s{n}") for n, path in enumerate(paths) if path != "/"),
    ]
    plan = first(signed_rules(routes, sign_on(*signed), str), "api", asked)
    assert plan.sign_on is any(covers(path, asked) for path in signed)
    assert plan.target == first(listener_rules(routes, str), "api", asked).target


@pytest.mark.parametrize(("prefix", "path", "inside"), [("/", "/x", True), ("/a", "/ab", False), ("/a/", "/a", True)])
def test_a_prefix_ends_where_a_part_of_the_path_ends(prefix: str, path: str, inside: bool) -> None:
    assert covers(prefix, path) is inside
