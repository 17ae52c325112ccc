from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.database.storage_rules import storage_problems
from settings.stack import DatabaseSettings
from tests.components.database.test_database import SETTINGS


def _paths(**changes: Any) -> list[str]:
    settings = DatabaseSettings.model_validate({**SETTINGS, **changes})
    return [problem.path for problem in storage_problems(settings)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"storage_gib": 400, "iops": 12000},
        {"storage_gib": 400, "iops": 64000},
        {"storage_type": "io2", "iops": 1000},
        {"storage_type": "io2", "iops": 100000},
        {"storage_gib": 100, "maximum_storage_gib": 100},
        {"storage_gib": 100, "maximum_storage_gib": 110},
    ],
)
def test_what_aws_takes_is_taken(changes: dict[str, Any]) -> None:
    assert _paths(**changes) == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"iops": 3000}, "database.iops"),
        ({"storage_gib": 400, "iops": 11999}, "database.iops"),
        ({"storage_gib": 400, "iops": 64001}, "database.iops"),
        ({"storage_type": "io2"}, "database.iops"),
        ({"storage_type": "io2", "iops": 100001}, "database.iops"),
        ({"storage_type": "io2", "iops": 1000, "storage_gib": 99}, "database.storage_gib"),
        ({"maximum_storage_gib": 109}, "database.maximum_storage_gib"),
        ({"maximum_storage_gib": 50}, "database.maximum_storage_gib"),
    ],
)
def test_what_aws_refuses_is_refused_by_its_key(changes: dict[str, Any], path: str) -> None:
    assert _paths(**changes) == [path]


def test_several_mistakes_are_told_together() -> None:
    assert len(_paths(storage_type="io2", storage_gib=99, maximum_storage_gib=60)) == 3


@given(size=st.integers(20, 65536), maximum=st.integers(20, 65536))
def test_storage_either_stays_or_can_grow_by_a_tenth(size: int, maximum: int) -> None:
    accepted = "database.maximum_storage_gib" not in _paths(storage_gib=size, maximum_storage_gib=maximum)
    assert accepted == (maximum == size or maximum * 100 >= size * 110)
