"""TCP ports, held against the ranges that a stack lets in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.arithmetic.tcp import let_in, published, tcp_plans
from settings.raw import Raw
from tests.settings.product import Files, files, with_change


def with_ssh(folder: Path, *cidrs: str, **stated: Raw) -> Files:
    """The shop, whose API can be reached over SSH."""
    found = files(folder)
    port: dict[str, Raw] = {"host": "ssh", "listen": 22, "service": "api", "port": "ssh", "allowed_cidrs": [*cidrs]}
    found.workload = with_change(found.workload, "services.api.ports.ssh", {"number": 2222})
    found.workload = with_change(found.workload, "ingress.tcp_ports", [{**port, **stated}])
    found.write()
    return found


def test_a_tcp_port_becomes_one_plan(tmp_path: Path) -> None:
    settings = with_ssh(tmp_path, "203.0.113.0/24").load()
    (plan,) = tcp_plans(settings.workload, settings.stack.ingress.allowed_cidrs, settings.hostname)
    assert (plan.host, plan.listen, plan.port, plan.cidrs) == ("ssh.example.com", 22, 2222, ("203.0.113.0/24",))
    assert ("api", "ssh") in published(settings.workload)
    assert ("api", "http") in published(settings.workload)
    assert ("api", "metrics") not in published(settings.workload)


def test_who_opens_a_port_to_everybody_says_why_and_hears_it_again(tmp_path: Path) -> None:
    settings = with_ssh(tmp_path, "0.0.0.0/0", open_because="Anyone may clone; keys let in").load()
    assert "ingress.tcp_ports[0]: everybody may connect to port 22, because: Anyone may clone; keys let in" in (
        settings.notes
    )


def test_a_stack_that_lets_in_none_of_a_ports_ranges_is_refused(tmp_path: Path) -> None:
    stated = with_ssh(tmp_path, "203.0.113.0/24")
    stated.stack = with_change(stated.stack, "ingress.allowed_cidrs", ["198.51.100.0/24"])
    stated.write()
    (diagnostic,) = stated.refused().diagnostics
    assert diagnostic.setting == "groundwork:ingress.allowed_cidrs"
    assert diagnostic.allowed == "ranges that hold some of those of TCP port 22 of shop: 203.0.113.0/24"


@pytest.mark.parametrize(
    ("stated", "allowed", "admitted"),
    [
        (("0.0.0.0/0",), ("203.0.113.0/24", "198.51.100.0/24"), ("203.0.113.0/24", "198.51.100.0/24")),
        (("203.0.113.0/24", "192.0.2.0/24"), ("203.0.113.0/28",), ("203.0.113.0/28",)),
        (("203.0.113.0/24",), ("0.0.0.0/0",), ("203.0.113.0/24",)),
        (("203.0.113.0/24",), ("198.51.100.0/24",), ()),
    ],
)
def test_a_stack_narrows_what_a_product_opens(
    stated: tuple[str, ...], allowed: tuple[str, ...], admitted: tuple[str, ...]
) -> None:
    assert let_in(stated, allowed) == admitted


def _range(address: int, length: int) -> str:
    return f"{(address >> (8 - length)) << (8 - length)}.0.0.0/{length}"


ranges = st.builds(_range, st.integers(0, 255), st.integers(0, 8))


@given(st.lists(ranges, min_size=1, max_size=4), st.lists(ranges, min_size=1, max_size=4), st.integers(0, 255))
def test_an_address_is_let_in_where_both_lists_hold_it(one: list[str], other: list[str], address: int) -> None:
    def holds(cidrs: list[str]) -> bool:
        pairs = (cidr.split(".0.0.0/") for cidr in cidrs)
        return any(address >> (8 - int(length)) == int(first) >> (8 - int(length)) for first, length in pairs)

    assert holds([*let_in(one, other)]) is (holds(one) and holds(other))
