"""Mistakes of the settings and those that only arithmetic shows are reported in one answer, and as nothing else."""

import json
import runpy
from pathlib import Path

import pulumi
import pytest
from pulumi.runtime.config import CONFIG

from components.checked import load
from settings import SettingsError
from settings.diagnostics import Diagnostic
from settings.raw import Raw
from settings.source import stack_configuration
from tests.settings.product import Delete, Files, files, with_change

ROOT = Path(__file__).parents[2]
_Change = tuple[str, str, "Raw | Delete"]

_SETTINGS: tuple[tuple[_Change, str], ...] = (
    (("stack", "network.nat", "per-az"), "groundwork:network.nat"),
    (("stack", "colour", "blue"), "groundwork:colour"),
    (("stack", "monitoring.emails", ["nobody"]), "groundwork:monitoring.emails[0]"),
    (("workload", "services.api.environment.PORT", 3000), "services.api.environment.PORT"),
    (("workload", "alerts[0].severity", "crit"), "alerts[0].severity"),
    (("workload", "ingress.routes[0].service", "apii"), "ingress.routes[0].service"),
    (("workload", "services.api.colour", "blue"), "services.api.colour"),
)
_ARITHMETIC: tuple[tuple[_Change, str], ...] = (
    (("workload", "services.api.database_pool", 1000), "database.instance_class"),
    (("workload", "services.api.cache_pool", 1000), "cache.node_type"),
    (("stack", "cluster.workload_nodes", {"cpu_limit": 2}), "groundwork:cluster.workload_nodes"),
    (
        ("workload", "services.api.resources.requests", {"cpu": "2", "memory": "4000Gi"}),
        "services.api.resources.requests",
    ),
    (
        ("stack", "cluster.system_nodes.instance_types", ["m7i.large", "m7g.large"]),
        "groundwork:cluster.system_nodes.instance_types",
    ),
    (("workload", "database.version", "19"), "database.version"),
)


def _broken(folder: Path, *changes: _Change) -> Files:
    stated = files(folder)
    for file, path, value in changes:
        if file == "stack":
            stated.stack = with_change(stated.stack, path, value)
        else:
            stated.workload = with_change(stated.workload, path, value)
    if any(path == "services.api.cache_pool" for _, path, _ in changes):
        stated.workload = with_change(stated.workload, "services.api.replicas", {"minimum": 2, "maximum": 500})
        stated.workload = with_change(stated.workload, "services.api.uses", ["cache"])
        stated.workload = with_change(stated.workload, "services.api.database_pool", 0)
    if any(path == "services.api.resources.requests" for _, path, _ in changes):
        stated.workload = with_change(
            stated.workload, "services.api.resources.limits", {"cpu": "2", "memory": "4000Gi"}
        )
    stated.write()
    return stated


def _flat(stated: Files) -> dict[str, str]:
    texts = {"secrets": '{"PARTNER_KEY": "value"}'}
    return {
        f"groundwork:{key}": texts.get(key, value if isinstance(value, str) else json.dumps(value))
        for key, value in stated.stack.items()
    }


def _refused(stated: Files) -> tuple[Diagnostic, ...]:
    configuration = stack_configuration(_flat(stated))
    with pytest.raises(SettingsError) as refused:
        load(stated.stack_name, configuration, stated.folder / "workloads", stated.folder)
    return refused.value.diagnostics


def _reported(stated: Files) -> list[str]:
    diagnostics = _refused(stated)
    for diagnostic in diagnostics:
        assert diagnostic.file, diagnostic
        assert diagnostic.line is not None, diagnostic
    return [diagnostic.setting for diagnostic in diagnostics]


PAIRS = [(one, other) for one in _SETTINGS for other in _ARITHMETIC]


def test_there_are_twenty_pairs_and_more() -> None:
    assert len(PAIRS) >= 20


@pytest.mark.parametrize(("mistake", "arithmetic"), PAIRS, ids=[f"{one[1]} and {two[1]}" for one, two in PAIRS])
def test_a_mistake_of_the_settings_and_one_of_arithmetic_are_reported_together(
    mistake: tuple[_Change, str], arithmetic: tuple[_Change, str], tmp_path: Path
) -> None:
    reported = _reported(_broken(tmp_path, mistake[0], arithmetic[0]))
    assert sorted(reported) == sorted([mistake[1], arithmetic[1]])


@pytest.mark.parametrize(
    "changes",
    [
        # What a sum depends on is mistaken itself: nobody can say whether it fits.
        [("workload", "services.api.database_pool", 1000), ("workload", "services.api.replicas.maximum", "many")],
        [("workload", "services.api.database_pool", "many")],
        [("stack", "environment", "produktion"), ("workload", "services.api.database_pool", 1000)],
        [("workload", "database", {"version": "16"}), ("workload", "services.api.database_pool", 1000)],
        [("workload", "services.api.node_pool", "nobodys")],
    ],
    ids=lambda changes: str(changes[-1])[:60],
)
def test_arithmetic_says_nothing_over_a_mistaken_value(changes: list[_Change], tmp_path: Path) -> None:
    for diagnostic in _refused(_broken(tmp_path, *changes)):
        assert "kept back" not in diagnostic.allowed, diagnostic
        assert "largest machine" not in diagnostic.allowed, diagnostic


def test_what_has_no_mistake_is_loaded(tmp_path: Path) -> None:
    stated = _broken(tmp_path)
    configuration = stack_configuration(_flat(stated))
    assert load("prod", configuration, tmp_path / "workloads", tmp_path).stack_name == "prod"


@pytest.mark.parametrize("changes", [[_ARITHMETIC[0][0]], [_SETTINGS[0][0], _ARITHMETIC[0][0]], [_SETTINGS[0][0]]])
def test_the_program_ends_with_an_answer_and_no_traceback(
    changes: list[_Change], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pulumi's own launcher prints a RunError's text alone, and a traceback of anything else."""
    stated = _broken(tmp_path, *changes)
    program = (ROOT / "__main__.py").read_text(encoding="utf-8")
    (tmp_path / "__main__.py").write_text(program, encoding="utf-8")
    monkeypatch.setattr(pulumi, "get_stack", lambda: "prod")
    before = CONFIG.set(_flat(stated))
    try:
        with pytest.raises(pulumi.RunError) as refused:
            runpy.run_path(str(tmp_path / "__main__.py"), run_name="__main__")
    finally:
        CONFIG.reset(before)
    assert f"{len(changes)} mistake" in str(refused.value)
    assert "nothing was created" in str(refused.value)


@pytest.mark.parametrize(
    ("path", "value", "place", "allowed"),
    [
        (
            "jobs.report",
            {"service": "api", "schedule": "0 1 1 * 1", "command": ["x"]},
            "jobs.report.schedule",
            "one of",
        ),
        ("services.api.arguments", ["--port=$(PORT)"], "services.api.arguments", "no variable"),
        (
            "jobs.report",
            {"service": "api", "arguments": ["$(PORT)"], "environment": {"PORT": "1"}},
            "jobs.report.arguments",
            "no variable",
        ),
        (
            "jobs.report",
            {
                "service": "api",
                "command": ["x"],
                "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "99", "memory": "1Gi"}},
            },
            "jobs.report.resources.limits",
            "",
        ),
        ("backups.restore_test", {"schedule": "0 4 1 * 0"}, "backups.restore_test.schedule", "one of"),
    ],
)
def test_what_tasks_cannot_do_is_refused_and_no_traceback(
    path: str, value: Raw, place: str, allowed: str, tmp_path: Path
) -> None:
    stated = _broken(tmp_path, ("stack", "runtime", "ecs"), ("workload", path, value))
    (diagnostic,) = [each for each in _refused(stated) if each.setting == place]
    assert allowed in diagnostic.allowed
    assert diagnostic.line is not None


def test_a_machine_that_is_too_small_is_reported_with_its_line(tmp_path: Path) -> None:
    ecs: Raw = {"architecture": "amd64", "prometheus": False, "host": {"instance_type": "t3.small"}}
    stated = _broken(tmp_path, ("stack", "runtime", "ecs"), ("stack", "ecs", ecs))
    assert _reported(stated) == ["groundwork:ecs.host.instance_type"]
