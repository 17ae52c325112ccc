"""Quantities and schedules: what is accepted means what Kubernetes means by it, and nothing else is accepted."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from settings.quantities import cpu_quantity, cron_schedule, mebibytes, memory_quantity, millicores

_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


@given(st.integers(1, 999_999))
def test_thousandths_of_a_core(number: int) -> None:
    assert millicores(f"{number}m") == number
    assert millicores(str(Decimal(number) / 1000)) == number


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_cpu_keeps_its_order(one: int, other: int) -> None:
    assert (millicores(str(one)) < millicores(str(other))) == (one < other)


@given(st.integers(0, 10**9), st.sampled_from(sorted(_UNITS)))
def test_memory_is_rounded_down_to_mebibytes(amount: int, unit: str) -> None:
    exact = amount * _UNITS[unit]
    assert mebibytes(f"{amount}{unit}") * 2**20 <= exact < (mebibytes(f"{amount}{unit}") + 1) * 2**20


@given(st.text(max_size=10))
def test_other_text_is_refused_by_both_faces_of_a_quantity(text: str) -> None:
    for convert, validate in ((millicores, cpu_quantity), (mebibytes, memory_quantity)):
        refused = _refusal(validate, text)
        if refused is None:
            assert convert(text) > 0
        else:
            assert refused["allowed"]
            assert refused["fix"]


def _refusal(validate: Callable[[str], str], text: str) -> dict[str, str] | None:
    """Return what a person is told, or None when the text is accepted as it is."""
    try:
        accepted = validate(text)
    except PydanticCustomError as error:
        return error.context or {}
    assert accepted == text
    return None


@pytest.mark.parametrize("text", ["1.5Gi", "2G", "2gi", "-1Gi", "1e3Mi", "٣Gi", " 1Gi", "1Gi\n", "0Gi"])
def test_memory_that_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError):
        memory_quantity(text)


@pytest.mark.parametrize("text", ["0", "0m", "1.2345", "-1", "1k", "٣", "1 ", "1\n", "", ".5"])
def test_cpu_that_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError):
        cpu_quantity(text)


def test_conversions_say_what_to_write() -> None:
    with pytest.raises(ValueError, match="is not a CPU quantity; write cores"):
        millicores("two")
    with pytest.raises(ValueError, match="is not a memory quantity; write a whole number"):
        mebibytes("two")


_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))


@st.composite
def _field(draw: st.DrawFn, low: int, high: int) -> str:
    first = draw(st.integers(low, high))
    last = draw(st.integers(first, high))
    step = draw(st.integers(1, high))
    return draw(
        st.sampled_from(["*", str(first), f"{first}-{last}", f"{first},{last}", f"*/{step}", f"{first}-{last}/{step}"])
    )


_SCHEDULES = st.tuples(*(_field(low, high) for low, high in _RANGES))


@given(_SCHEDULES)
def test_a_schedule_of_valid_fields_is_accepted_unless_its_day_never_comes(fields: tuple[str, ...]) -> None:
    assume(fields[2] == "*" or fields[3] == "*" or fields[4] != "*")
    assert cron_schedule(" ".join(fields)) == " ".join(fields)


@given(_SCHEDULES, st.integers(0, 4), st.integers(60, 99))
def test_a_number_outside_its_field_is_refused(fields: tuple[str, ...], index: int, number: int) -> None:
    wrong = [*fields[:index], str(number), *fields[index + 1 :]]
    with pytest.raises(PydanticCustomError, match=f"'{number}' is outside"):
        cron_schedule(" ".join(wrong))


@given(st.text(max_size=20))
def test_any_text_is_a_schedule_or_refused(text: str) -> None:
    refused = _refusal(cron_schedule, text)
    assert refused is None or (refused["allowed"] and refused["fix"])


@pytest.mark.parametrize(("schedule", "fires"), [("0 2 31 2 *", False), ("0 2 30 2 *", False), ("0 2 29 2 *", True)])
def test_days_that_no_month_has(schedule: str, *, fires: bool) -> None:
    if fires:
        assert cron_schedule(schedule) == schedule
    else:
        with pytest.raises(PydanticCustomError, match="it never fires"):
            cron_schedule(schedule)


@pytest.mark.parametrize("schedule", ["0 2 31 4,6 *", "0 2 31 2-2 *", "0 2 30-31 2 *"])
def test_lists_and_ranges_of_days_that_no_month_has(schedule: str) -> None:
    with pytest.raises(PydanticCustomError, match="it never fires"):
        cron_schedule(schedule)


def test_a_stated_weekday_fires_by_itself() -> None:
    assert cron_schedule("0 2 31 2 1") == "0 2 31 2 1"


def test_sunday_is_nought_alone() -> None:
    # Kubernetes and CloudNativePG read schedules with robfig/cron, whose weekdays end at 6.
    with pytest.raises(PydanticCustomError, match="'7' is outside 0-6"):
        cron_schedule("0 2 * * 7")
