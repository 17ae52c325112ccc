"""The monthly look at capacity: the same figures as the plans that refuse a stack, and nothing left out."""

import json

import pytest

from components.cluster.system_pods import system_room
from settings.arithmetic.connections import RESERVED, max_connections
from tools.capacity import TIGHT_PERCENT, Room, main, rooms
from tools.stack import ROOT, settings_of

_THAT_FIT = (("prod", "waiver-exchange"), ("budget", None), ("prod", "openibank"), ("dev", "gridtokenx"))


def _rooms(stack: str, workload: str | None = None) -> dict[str, Room]:
    return {room.what: room for room in rooms(settings_of(stack, workload, ROOT))}


@pytest.mark.requirement("WX-80")
def test_the_peak_is_held_against_what_the_database_accepts() -> None:
    found = _rooms("prod", "waiver-exchange")
    connections = found["db.t4g.medium: connections in a rollout"]
    # rest and ws: 10 connections, 4 pods and one more while they roll; oauth: 5, 2 and one more.
    assert connections.asked == 10 * 5 + 10 * 5 + 5 * 3
    assert connections.most == max_connections("db.t4g.medium") - RESERVED
    storage = found["database: storage at first"]
    assert (storage.asked, storage.most) == (50, 100)


@pytest.mark.requirement("WX-80")
def test_nothing_of_a_stack_that_fits_is_over_its_limit() -> None:
    for stack, workload in _THAT_FIT:
        found = _rooms(stack, workload)
        assert found
        assert all(room.asked > 0 and room.percent <= 100 for room in found.values()), (stack, workload)


def test_pools_of_a_products_own_are_counted_by_the_pods_that_name_them() -> None:
    found = _rooms("prod", "gridtokenx")
    # 20 pods of 2 vCPU and 4 GiB on at most 10 machines of 8 vCPU and 15 GiB that a pod may count on.
    assert (found["node pool api: CPU"].asked, found["node pool api: CPU"].most) == (40, 80)
    assert (found["node pool api: memory"].asked, found["node pool api: memory"].most) == (80, 150)


def test_the_system_nodes_are_held_against_the_platforms_own_pods() -> None:
    room = system_room(settings_of("dev", "ai-trading", ROOT))
    assert room is not None
    assert room.minimum == 3
    found = _rooms("dev", "ai-trading")
    cpu, pods = found["system nodes (3): CPU"], found["system nodes (3): pods"]
    assert cpu.asked == (room.pods.millicores + 3 * room.daemons.millicores) / 1000
    assert cpu.most == 3 * room.node.millicores / 1000
    assert pods.asked == room.pod_count + 3 * room.daemon_count
    assert (found["system nodes"].asked, found["system nodes"].most) == (3, 3)
    # In production the pods still fit with one node missing.
    drained = _rooms("prod", "ai-trading")["system nodes (4, 1 missing): CPU"]
    assert (drained.asked, drained.most) == (cpu.asked, cpu.most)


def test_the_pooler_is_counted_where_there_is_one() -> None:
    assert _rooms("prod", "service-layer")["pooler: clients in a rollout"].most == 1000
    assert not any("pooler" in what for what in _rooms("prod", "openibank"))


def test_it_prints_a_table_or_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "prod", "--json"]) == 0
    lines = json.loads(capsys.readouterr().out)
    assert {line["what"] for line in lines} == set(_rooms("prod"))
    assert main(["--stack", "prod"]) == 0
    assert "room at the peak" in capsys.readouterr().out
    assert 0 < TIGHT_PERCENT < 100


def test_a_stack_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "prdo"]) == 1
    assert "Pulumi.prdo.yaml" in capsys.readouterr().err


def test_a_product_that_does_not_fit_is_refused_with_its_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "prod", "--workload", "opnibank"]) == 1
    assert "did you mean 'openibank'?" in capsys.readouterr().err
