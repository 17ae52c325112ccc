"""What a product with a second domain may state beside it."""

from pathlib import Path

import pytest

from settings.raw import Raw
from tests.settings.product import files, with_change

_NEW: Raw = {"name": "example.io", "stage": "beside"}


def test_the_second_names_are_those_of_the_second_domain_while_it_answers(tmp_path: Path) -> None:
    valid = files(tmp_path)
    for stage, names in (("zone", {}), ("beside", {"api.example.com": "api.example.io"}), ("gone", {})):
        valid.stack = with_change(valid.stack, "ingress.further_domain", {"name": "example.io", "stage": stage})
        valid.write()
        assert valid.load().second_names(["api"]) == names


@pytest.mark.parametrize(
    ("stack", "workload", "at", "allowed"),
    [
        (
            {"ingress.further_domain": {"name": "example.com", "stage": "zone"}}, {},
            "ingress.further_domain.name", "another domain than the stack's own, example.com",
        ),
        (
            {"ingress.further_domain": {"name": f"{'a' * 61}.com", "stage": "zone"}}, {},
            "ingress.further_domain.name", "at most 64 characters (ACM)",
        ),
        (
            {"ingress.further_domain": _NEW, "ingress.routing": "latency"}, {},
            "ingress.routing", "none beside ingress.further_domain",
        ),
        (
            {"ingress.further_domain": _NEW, "primary_stack": "other"}, {},
            "primary_stack", "none beside ingress.further_domain",
        ),
        (
            {"ingress.further_domain": _NEW, "existing.zone": {"id": "Z0123456789ABC", "take_over": True}}, {},
            "existing.zone.take_over", "false beside ingress.further_domain",
        ),
        (
            {"ingress.further_domain": _NEW}, {"static_sites.web": {"host": "web"}},
            "ingress.further_domain", "none for a product that serves static_sites.web by a distribution of its own",
        ),
    ],
)  # fmt: skip
def test_what_a_second_domain_cannot_be_beside_is_refused(
    tmp_path: Path, stack: dict[str, Raw], workload: dict[str, Raw], at: str, allowed: str
) -> None:
    valid = files(tmp_path)
    for path, value in stack.items():
        valid.stack = with_change(valid.stack, path, value)
    for path, value in workload.items():
        valid.workload = with_change(valid.workload, path, value)
    valid.write()
    (found,) = [each for each in valid.refused().diagnostics if each.setting == f"groundwork:{at}"]
    assert allowed in found.allowed
