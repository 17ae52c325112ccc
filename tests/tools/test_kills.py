"""Runs that are killed at random converge by themselves; `make kills` does it 200 times."""

from pathlib import Path

import pytest

from tools import kills

pytestmark = pytest.mark.engine
SEED = 20


def test_killed_runs_converge_with_nothing_lost_or_doubled(tmp_path: Path) -> None:
    figures = kills.campaign(kills.small(tmp_path), 12, SEED, lambda _: None, longest_chain=6)
    assert figures.failures == [], figures.line(SEED, 0)
    assert figures.kills == 12


def test_a_difference_between_state_and_cloud_is_seen(tmp_path: Path) -> None:
    target = kills.small(tmp_path)
    assert target.run("up")[0] == 0
    assert kills.disagreements(target.space) == []
    target.space.state_file.with_name("dev.json.bak").write_bytes(b"")
    target.space.state_file.with_name("dev.json.1.tmp").touch()
    held = kills.held(target.space)
    kills.remove(target.space, held[:1])
    found = kills.disagreements(target.space)
    assert any("in the state alone" in line for line in found)
    assert any("left behind" in line for line in found)
    assert any("cannot be read" in line for line in found)
