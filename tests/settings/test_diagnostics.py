"""Mistakes are reported together, in reading order, short enough to be read at three in the morning."""

from pathlib import Path

import pytest

from settings import Diagnostic, SettingsError
from settings.diagnostics import HIDDEN, shown
from settings.raw import ABSENT
from tests.settings.product import WORKLOAD, files, with_change, write_stack


def test_mistakes_in_both_files_are_reported_together(tmp_path: Path) -> None:
    stated = files(tmp_path)
    for path, value in {"region": "us-east-9", "network.cidr": "8.8.8.0/24", "colour": "blue", "domain": "x"}.items():
        stated.stack = with_change(stated.stack, path, value)
    for path, value in {
        "services.api.replicas.minimum": 20,
        "services.api.image.tag": "latest",
        "services.api.ports.http.number": "3000",
        "services.worker.resources.requests.cpu": "9",
        "ingress.routes[0].service": "nobody",
        "secrets.SIGNING_KEY.kind": "magic",
        "backups.dump.schedule": "sometimes",
    }.items():
        stated.workload = with_change(stated.workload, path, value)
    stated.write()

    assert [(diagnostic.file, diagnostic.setting) for diagnostic in stated.refused().diagnostics] == [
        ("Pulumi.prod.yaml", "groundwork:region"),
        ("Pulumi.prod.yaml", "groundwork:domain"),
        ("Pulumi.prod.yaml", "groundwork:network.cidr"),
        ("Pulumi.prod.yaml", "groundwork:network.cidr"),
        ("Pulumi.prod.yaml", "groundwork:colour"),
        ("workloads/shop.yaml", "services.api.image.tag"),
        ("workloads/shop.yaml", "services.api.ports.http.number"),
        ("workloads/shop.yaml", "services.api.replicas.minimum"),
        ("workloads/shop.yaml", "services.worker.resources.requests.cpu"),
        ("workloads/shop.yaml", "ingress.routes[0].service"),
        ("workloads/shop.yaml", "secrets.SIGNING_KEY.kind"),
        ("workloads/shop.yaml", "backups.dump.schedule"),
    ]


def test_one_wrong_value_is_reported_once_and_not_for_what_depends_on_it(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.workload = with_change(stated.workload, "services.api.resources.limits.cpu", "lots")
    stated.write()
    assert [diagnostic.setting for diagnostic in stated.refused().diagnostics] == ["services.api.resources.limits.cpu"]


def test_a_broken_workload_does_not_hide_the_stacks_mistakes(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.stack = with_change(stated.stack, "network.cidr", "8.8.0.0/16")
    stated.write(workload_text=WORKLOAD.replace("name: shop", "name: [shop"))
    assert [diagnostic.file for diagnostic in stated.refused().diagnostics] == [
        "Pulumi.prod.yaml",
        "workloads/shop.yaml",
    ]


def test_a_range_that_overlaps_another_region_is_refused_with_the_next_free_one(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.write()
    elsewhere = with_change(stated.stack, "region", "eu-west-1")
    write_stack(tmp_path, "prod-eu-west-1", with_change(elsewhere, "network.cidr", "10.0.128.0/17"))
    write_stack(tmp_path, "prod-eu-west-2", with_change(elsewhere, "network.cidr", "10.1.0.0/16"))
    write_stack(tmp_path, "dev", with_change(stated.stack, "environment", "dev"))
    write_stack(tmp_path, "other", with_change(stated.stack, "workload", "other"))
    (tmp_path / "Pulumi.broken.yaml").write_text("{")

    (diagnostic,) = stated.refused().diagnostics

    assert diagnostic.setting == "groundwork:network.cidr"
    assert diagnostic.allowed == "no overlap with 10.0.128.0/17 of Pulumi.prod-eu-west-1.yaml (eu-west-1)"
    assert diagnostic.fix == "the next free range is 10.2.0.0/16"


@pytest.mark.parametrize("name", ["Prod", "prod_1", "1prod", "a" * 31])
def test_a_stack_whose_name_cannot_start_physical_names_is_refused(name: str, tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.stack_name = name
    stated.write()
    (diagnostic,) = stated.refused().diagnostics
    assert diagnostic.given == name
    assert "at most 30 lower-case letters" in diagnostic.allowed


def test_production_may_give_up_protection_only_in_writing(tmp_path: Path) -> None:
    stated = files(tmp_path)
    for path, value in {
        "database.deletion_protection": False,
        "cluster.deletion_protection": False,
        "protection.stateful": False,
        "database.multi_az": False,
    }.items():
        stated.stack = with_change(stated.stack, path, value)
    stated.write()
    assert len(stated.refused().diagnostics) == 4

    stated.stack = with_change(stated.stack, "protection.allow_unsafe", value=True)
    stated.write()
    settings = stated.load()
    assert not settings.stack.protection.stateful
    assert any("allow_unsafe" in note for note in settings.notes)


def test_an_error_is_read_by_file_and_line() -> None:
    error = SettingsError(
        [
            Diagnostic(("b", "c"), True, "a | b", "did you mean 'a'?").placed("z.yaml", 12),
            Diagnostic(("a",), "x" * 200, "text", "shorten it").placed("z.yaml", 3),
            Diagnostic(("region",), ABSENT, "a region", "add it").placed("Pulumi.prod.yaml", 1),
            Diagnostic(("region",), ABSENT, "a region", "add it").placed("Pulumi.prod.yaml", 1),
        ]
    )
    assert str(error) == "\n".join(
        [
            "3 mistakes in the settings; nothing was created.",
            "",
            "Pulumi.prod.yaml",
            "  line 1: region",
            "      given    nothing",
            "      allowed  a region",
            "      fix      add it",
            "",
            "z.yaml",
            "  line 3: a",
            f'      given    "{"x" * 85} …',
            "      allowed  text",
            "      fix      shorten it",
            "  line 12: b.c",
            "      given    true",
            "      allowed  a | b",
            "      fix      did you mean 'a'?",
        ]
    )
    assert error.diagnostics[0].place == "Pulumi.prod.yaml:1: region"


def test_long_sentences_are_wrapped_under_themselves() -> None:
    lines = Diagnostic(("a",), 1, " | ".join(["something"] * 20), "choose").render().splitlines()
    assert max(map(len, lines)) <= 112
    assert all(line.startswith(" " * 15 + "s") for line in lines[3:-1])


def test_a_hidden_value_is_never_written() -> None:
    assert shown(HIDDEN) == "(not shown)"
    assert shown(ABSENT) == "nothing"


def test_nothing_is_guessed_about_a_product_that_cannot_be_read(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.stack = with_change(stated.stack, "application.without", ["worker"])
    stated.write(workload_text="name: [shop")
    assert [diagnostic.file for diagnostic in stated.refused().diagnostics] == ["workloads/shop.yaml"]
