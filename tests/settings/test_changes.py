"""What a stack that stands cannot become."""

import pytest

from settings import changes

HAD = ("us-east-1a", "us-east-1b", "us-east-1c")


def test_zones_are_appended() -> None:
    assert changes.zones(HAD, HAD) is None
    assert changes.zones(HAD, (*HAD, "us-east-1d")) is None
    assert changes.zones(HAD, (*HAD, "us-east-1d"), clustered=HAD) is None


def test_a_cluster_stays_in_the_zones_that_it_was_made_with() -> None:
    wanted = (*HAD, "us-east-1d")
    said = changes.zones(HAD, wanted, clustered=wanted)
    assert said is not None
    assert said.startswith("zones: us-east-1d cannot join the cluster, which EKS keeps in us-east-1a, us-east-1b")
    assert "NAME=add-zone`, or write `cluster.added_zones: [us-east-1d]`" in said


@pytest.mark.parametrize(
    "wanted", [HAD[:2], (HAD[1], HAD[0], HAD[2]), (*HAD[:2], "us-east-1f"), ("us-east-1d", *HAD), ()]
)
def test_other_zones_name_the_setting_and_what_to_write(wanted: tuple[str, ...]) -> None:
    said = changes.zones(HAD, wanted)
    assert said is not None
    assert said.startswith(f"zones: given [{', '.join(wanted)}], allowed [us-east-1a, us-east-1b, us-east-1c]")
    assert "Put `zones: [us-east-1a, us-east-1b, us-east-1c]` back" in said


def test_another_region_is_another_stack() -> None:
    assert changes.region("us-east-1", "us-east-1") is None
    said = changes.region("us-east-1", "eu-west-1")
    assert said is not None
    assert said.startswith('region: given "eu-west-1", allowed "us-east-1": a stack is for one region')
    assert "Put `region: us-east-1` back; eu-west-1 is another stack (docs/how-to/another-region.md)" in said


def test_another_runtime_is_another_stack() -> None:
    assert changes.runtime("ecs", "ecs") is None
    said = changes.runtime("ecs", "eks")
    assert said is not None
    assert said.startswith('runtime: given "eks", allowed "ecs": one `up` would end what runs, with its logs')
    assert "Put `runtime: ecs` back" in said
    assert "(docs/how-to/start-small-and-grow.md)" in said


def test_a_database_keeps_its_name() -> None:
    assert changes.database("ledger", "ledger") is None
    said = changes.database("ledger", "books")
    assert said is not None
    assert said.startswith('database.name: given "books", allowed "ledger": the product would go on with an empty')
    assert "Put `name: ledger` back" in said


@pytest.mark.parametrize(("before", "after"), [("1.34", "1.34"), ("1.34", "1.35"), ("1.34", "latest")])
def test_kubernetes_goes_up_one_minor_version(before: str, after: str) -> None:
    assert changes.kubernetes(before, after) is None


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("1.33", "1.35", 'given "1.35", allowed "1.34"'),
        ("1.35", "1.34", "a cluster never goes back"),
        ("1.29", "1.35", "knows no"),
    ],
)
def test_never_two_at_once_and_never_back(before: str, after: str, said: str) -> None:
    assert said in (changes.kubernetes(before, after) or "")
