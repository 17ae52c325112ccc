"""Coverage counts what was proven, and refuses proofs that prove nothing."""

import json
from pathlib import Path

import pytest

from tools.coverage import Coverage, open_requirements, read

SHEET = "| ID | Requirement |\n|---|---|\n| OB-01 | a |\n| OB-02 | b |\n| OB-03 | c |\n| OB-N01 | reading |\n"
CELLS = "| Capability | OB |\n|---|---|\n| x | OB-01…02 |\n| y | OB-03 |\n"
MATRIX = f"# M\n\n## Matrix\n\n### Data\n\n{CELLS}\n## Rest\n\nOB-09\n"


@pytest.fixture
def sheets(tmp_path: Path) -> Path:
    (tmp_path / "000-openibank.md").write_text(SHEET)
    (tmp_path / "matrix.md").write_text(MATRIX)
    (tmp_path / "readings.yaml").write_text("OB-03: {reading: OB-N01, reason: read so}\n")
    return tmp_path


def _read(sheets: Path, outcomes: dict[str, dict[str, str]]) -> Coverage:
    record = sheets / "record.json"
    record.write_text(json.dumps(outcomes))
    return read(sheets, record)


def test_proven_replaced_and_open_are_told_apart(sheets: Path) -> None:
    coverage = _read(sheets, {"OB-01": {"tests/a": "passed"}})
    assert coverage.proven == {"OB-01"}
    assert open_requirements(coverage) == ["OB-02"]
    assert list(coverage.faults()) == []


def test_ranges_in_the_matrix_are_expanded_and_other_chapters_left_out(sheets: Path) -> None:
    assert _read(sheets, {}).sections == {"Data": {"OB-01", "OB-02", "OB-03"}}


@pytest.mark.parametrize(
    ("outcomes", "fault"),
    [
        ({"OB-77": {"tests/a": "passed"}}, "OB-77 is no requirement"),
        ({"OB-01": {"tests/a": "passed", "tests/b": "failed"}}, "tests/b has failed"),
        ({"OB-01": {"tests/a": "not run"}}, "tests/a has not run"),
    ],
)
def test_a_proof_of_nothing_is_a_fault(sheets: Path, outcomes: dict[str, dict[str, str]], fault: str) -> None:
    [line] = _read(sheets, outcomes).faults()
    assert fault in line


def test_a_requirement_with_one_failing_proof_is_not_proven(sheets: Path) -> None:
    assert _read(sheets, {"OB-01": {"tests/a": "passed", "tests/b": "failed"}}).proven == frozenset()


def test_a_reading_of_nothing_is_a_fault(sheets: Path) -> None:
    (sheets / "readings.yaml").write_text("OB-55: {reading: OB-N01, reason: read so}\n")
    assert any("OB-55" in fault for fault in _read(sheets, {}).faults())


def test_the_sheets_hold_what_the_matrix_counts() -> None:
    coverage = read(record=Path(__file__).parent / "nothing_proven.json")
    plain = {name for name in coverage.known if name[3].isdigit()}
    assert len(plain) == 698
    assert {name for names in coverage.sections.values() for name in names} <= plain
