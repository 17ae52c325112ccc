"""Address ranges: accepted exactly when private, from /16 to /20, and with no host bits."""

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from settings.checks import network
from settings.context import Sibling, StackContext
from settings.facts.regions import IDS, WITHOUT_EKS, ZONES, is_zone_id
from settings.windows import WEEK, daily, overlap, weekly
from tests.settings.product import files

_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))


def _context(folder: Path, cidr: str, siblings: tuple[Sibling, ...] = ()) -> StackContext:
    stated = files(folder)
    stated.write()
    settings = stated.load()
    stack = settings.stack.model_copy(update={"network": settings.stack.network.model_copy(update={"cidr": cidr})})
    return StackContext("prod", stack, settings.workload, stated.stack, siblings)


def test_a_range_is_accepted_exactly_when_private_and_of_a_vpcs_size(tmp_path: Path) -> None:
    base = _context(tmp_path, "10.0.0.0/16")

    @given(st.integers(0, 2**32 - 1), st.integers(8, 28), st.sampled_from((None, *_PRIVATE)))
    def check(number: int, length: int, inside: IPv4Network | None) -> None:
        address = IPv4Address(number)
        if inside is not None:
            address = inside.network_address + number % inside.num_addresses
        cidr = IPv4Network((address, length), strict=False)
        allowed = 16 <= length <= 20 and any(cidr.subnet_of(private) for private in _PRIVATE)
        stack = base.stack.model_copy(update={"network": base.stack.network.model_copy(update={"cidr": str(cidr)})})
        context = StackContext(base.name, stack, base.workload, base.stated)
        assert (not list(network.check(context))) == allowed

    check()


def test_the_range_that_is_suggested_is_free(tmp_path: Path) -> None:
    base = _context(tmp_path, "10.0.0.0/16")

    @given(st.lists(st.integers(0, 255), max_size=20), st.integers(16, 20))
    def check(taken: list[int], length: int) -> None:
        others = [IPv4Network(f"10.{second}.0.0/{length}") for second in taken]
        siblings = tuple(Sibling("Pulumi.x.yaml", "eu-west-1", str(other)) for other in others)
        context = StackContext(base.name, base.stack, base.workload, base.stated, siblings)
        mine = IPv4Network(base.stack.network.cidr)
        diagnostics = list(network.check(context))
        assert len(diagnostics) == sum(mine.overlaps(other) for other in others)
        for diagnostic in diagnostics:
            suggested = IPv4Network(diagnostic.fix.rpartition(" ")[2])
            assert not any(suggested.overlaps(other) for other in [mine, *others])
            assert any(suggested.subnet_of(private) for private in _PRIVATE)

    check()


def test_every_region_has_zones_of_its_own() -> None:
    assert len(ZONES) >= 30
    for region, zones in ZONES.items():
        assert len(zones) >= 3
        assert all(zone.startswith(region) and zone[len(region) :].isalpha() for zone in zones)


def test_every_region_has_ids_of_its_own() -> None:
    assert set(IDS) == set(ZONES)
    assert len({zone for zones in IDS.values() for zone in zones}) == sum(map(len, IDS.values()))
    assert all(is_zone_id(zone) for zones in IDS.values() for zone in zones)
    assert not any(is_zone_id(zone) for zones in ZONES.values() for zone in zones)
    assert (IDS["us-east-1"][0], IDS["eu-west-1"][2], IDS["ap-southeast-2"][0]) == ("use1-az1", "euw1-az3", "apse2-az1")
    for region, refused in WITHOUT_EKS.items():
        assert set(refused) <= set(IDS[region])


def test_tasks_may_run_where_eks_does_not(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.stack = {**stated.stack, "runtime": "ecs", "zones": ["use1-az1", "use1-az2", "use1-az3"]}
    stated.write()
    assert stated.load().stack.zones[2] == "use1-az3"


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@given(st.integers(0, 1439), st.integers(1, 600), st.integers(0, WEEK - 1), st.integers(1, 600))
def test_windows_overlap_exactly_when_they_share_a_minute(start: int, length: int, at: int, span: int) -> None:
    end = (at + span) % WEEK
    every_day = f"{_clock(start)}-{_clock(start + length)}"
    once = f"{_DAYS[at // 1440]}:{_clock(at)}-{_DAYS[end // 1440]}:{_clock(end)}"
    assert daily(every_day) == (start, length)
    assert weekly(once) == (at, span)
    minutes = {(at + minute) % WEEK % 1440 for minute in range(span)}
    assert overlap(every_day, once) == any((start + minute) % 1440 in minutes for minute in range(length))
