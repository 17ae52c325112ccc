"""The page and its picture: whole, without anything from elsewhere, and with no text that becomes markup."""

from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.tools.report.graphs import ALARM, database, graph, node
from tools.plan.preview import UNKNOWN
from tools.plan.releases import Objects
from tools.report import page, stack
from tools.report.compare import compared
from tools.report.diagram import REGIONAL, drawn, zones_of
from tools.report.graph import Graph
from tools.report.previews import Breach, Side
from tools.report.stack import StackReport

_SVG = "{http://www.w3.org/2000/svg}"
_EMPTY = {"meta", "rect", "path"}
EVIL = '"><script>alert(1)</script>'


def report(before: Side, after: Side, name: str = "prod") -> StackReport:
    return stack.of(name, before, after, Path("/nowhere"), date(2026, 12, 1))


class Read(HTMLParser):
    """Reads a page: its ids, its links, its headings, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.levels: list[int] = []
        self.tags: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.add(tag)
        self.ids += [str(told["id"])] if "id" in told else []
        self.links += [str(told["href"])] if "href" in told else []
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.levels.append(int(tag[1]))
        if tag not in _EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY:
            assert self.open.pop() == tag


@pytest.fixture
def text() -> str:
    breach = Breach("mandatory", "new-rule", "aws:s3/bucket:Bucket a", f"{EVIL}\nfix")
    named = node(ALARM, EVIL, {"threshold": 1})
    objects: dict[str, Objects] = {"shop": {"ConfigMap a": {"kind": "ConfigMap", "data": {"a": EVIL}}}}
    changed: dict[str, Objects] = {"shop": {"ConfigMap a": {"kind": "ConfigMap", "data": {"a": "b"}}}}
    before = Side(graph(*database(1), named), objects=objects)
    after = Side(graph(*database(2, storageEncrypted=True)), (breach,), changed)
    failed = report(Side(graph(*database())), Side(failed=EVIL), "dev")
    return page.written([report(before, after), failed], EVIL)


def test_every_element_is_closed_and_every_link_leads_somewhere(text: str) -> None:
    found = Read(text)
    assert found.open == []
    assert len(found.ids) == len(set(found.ids))
    for link in found.links:
        assert link.startswith("https://") or link.removeprefix("#") in found.ids, link
    assert found.levels[0] == 1
    assert all(below <= above + 1 for above, below in zip(found.levels, found.levels[1:], strict=False))


def test_nothing_runs_and_nothing_is_fetched(text: str) -> None:
    found = Read(text)
    assert not found.tags & {"script", "link", "img", "iframe", "object"}
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert "url(" not in text
    assert "@import" not in text


def test_what_is_lost_comes_before_what_changes_and_what_fails_is_said(text: str) -> None:
    assert text.index("loses data: database-primary") < text.index("What changes</h3>") < text.index("The graph")
    assert "the database gets a second replica" in text
    assert "the preview failed: &quot;&gt;&lt;script&gt;" in text
    assert "prefers-color-scheme:dark" in text
    assert 'name="viewport"' in text


def spread() -> Graph:
    """Two subnets, each with a gateway, and a cluster over both."""
    subnets = [node("aws:ec2/subnet:Subnet", f"subnet-{zone}", {"availabilityZoneId": zone}) for zone in ("az1", "az2")]
    nats = [
        node("aws:ec2/natGateway:NatGateway", f"nat-{at}", {"subnetId": UNKNOWN}, by_property={"subnetId": [each.urn]})
        for at, each in enumerate(subnets)
    ]
    urns = [each.urn for each in subnets]
    group = node("aws:eks/cluster:Cluster", "cluster", {"subnetId": [UNKNOWN, UNKNOWN]}, by_property={"subnetId": urns})
    return graph(*subnets, *nats, group)


def test_a_resource_stands_in_the_zone_of_its_subnet() -> None:
    found = {urn.rpartition("::")[2]: zone for urn, zone in zones_of(spread()).items()}
    assert found == {"subnet-az1": "az1", "subnet-az2": "az2", "nat-0": "az1", "nat-1": "az2"}


def test_the_picture_is_well_formed_and_shows_each_difference_by_colour_and_by_sign() -> None:
    before, after = spread(), graph(*(each for each in spread().values() if each.name != "nat-1"), *database(1))
    text = drawn(before, after, compared(before, after), f"stack {EVIL}")
    picture = ElementTree.fromstring(text)
    assert picture.get("role") == "img"
    heads = [each.text for each in picture.iter(f"{_SVG}text") if each.get("class") == "head"]
    assert heads[:3] == [REGIONAL, "az1", "az2"]
    chips = {(str(chip.get("class")), str(chip.findtext(f"{_SVG}text"))) for chip in picture.iter(f"{_SVG}g")}
    assert ("chip removed", "\u2212 NAT gateway") in chips
    assert ("chip added", "+ replica") in chips
    assert ("chip same", "NAT gateway") in chips


def test_the_picture_stays_inside_its_frame() -> None:
    many = [node(ALARM, f"alarm-{each}", {"threshold": each}) for each in range(300)]
    text = drawn(graph(), graph(*many, *database(3)), compared(graph(), graph(*many, *database(3))), "x")
    picture = ElementTree.fromstring(text)
    width, height = float(picture.get("width", 0)), float(picture.get("height", 0))
    for each in picture.iter(f"{_SVG}rect"):
        right = float(each.get("x", 0)) + float(each.get("width", 0))
        assert right <= width
        assert float(each.get("y", 0)) + float(each.get("height", 0)) <= height
