"""Every chart as every product's platform installs it in every environment: linted, rendered, judged."""

import json
import shutil
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
import yaml

from policies.registry import RULES
from policies.rendering import RELEASE, objects_of
from policies.rule import Level, ObjectRule
from policies.view import Resource
from tests.charts.conform import Verdict, conform, schemas
from tests.charts.rendering import KUBERNETES, ROOT, helm
from tests.charts.whole_platform import WORKLOADS, LocalRelease, local_releases

# The budget environment has no cluster: its runtime is ECS.
ENVIRONMENTS = ("dev", "staging", "production")
PAIRS = list(product(WORKLOADS, ENVIRONMENTS))
CHARTS = {path.parent.name for path in (ROOT / "charts").glob("*/Chart.yaml")}


@pytest.fixture(scope="module")
def built_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return schemas(tmp_path_factory.mktemp("schemas"))


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory, built_in: Path) -> dict[str, list[Verdict]]:
    """Every object of every pair, rendered and judged, by file."""
    folder = tmp_path_factory.mktemp("manifests")
    for workload, environment in PAIRS:
        for release in local_releases(workload, environment):
            file = folder / f"{workload}.{environment}.{release.name}.yaml"
            file.write_text(_template(release, folder), encoding="utf-8")
    judged: dict[str, list[Verdict]] = {file.name: [] for file in folder.glob("*.yaml")}
    for verdict in conform(folder, built_in):
        judged[verdict.file].append(verdict)
    return judged


def _with_values(command: tuple[str, ...], release: LocalRelease, folder: Path) -> tuple[int, str, str]:
    values = folder / "values.json"
    values.write_text(json.dumps(release.values), encoding="utf-8")
    answer = helm(*command, "--values", str(values), "--namespace", release.namespace, "--kube-version", KUBERNETES)
    values.unlink()
    return answer.returncode, answer.stdout, answer.stderr


def _template(release: LocalRelease, folder: Path, chart: Path | None = None) -> str:
    code, out, error = _with_values(("template", release.name, str(chart or release.chart)), release, folder)
    assert code == 0, error
    return out


@pytest.mark.parametrize(("workload", "environment"), PAIRS)
def test_lint_has_nothing_to_say(workload: str, environment: str, tmp_path: Path) -> None:
    releases = local_releases(workload, environment)
    assert {release.chart.name for release in releases} >= {"cluster", "foundation", "workload"}
    for release in releases:
        code, out, _ = _with_values(("lint", "--strict", str(release.chart)), release, tmp_path)
        assert code == 0, out
        assert "[WARNING]" not in out


@pytest.mark.parametrize(("workload", "environment"), PAIRS)
def test_every_object_conforms(workload: str, environment: str, verdicts: dict[str, list[Verdict]]) -> None:
    for release in local_releases(workload, environment):
        judged = verdicts[f"{workload}.{environment}.{release.name}.yaml"]
        assert [each for each in judged if not each.valid] == []


@pytest.mark.parametrize(("workload", "environment"), PAIRS)
def test_no_policy_refuses_an_object(workload: str, environment: str) -> None:
    for release in local_releases(workload, environment):
        rendered = objects_of(_as_the_pack_sees_it(release, environment))
        assert rendered.missing == ""
        found = [
            f"{rule.name}: {each.type}/{each.name}: {message}"
            for rule in RULES
            if isinstance(rule, ObjectRule) and rule.level is Level.MANDATORY
            for each, message in rule.violations(rendered.objects)
        ]
        assert found == []


def _as_the_pack_sees_it(release: LocalRelease, environment: str) -> Resource:
    stated = {"name": release.name, "namespace": release.namespace, "chart": str(release.chart)}
    return Resource(
        type=RELEASE,
        name=release.name,
        urn=f"urn::{release.name}",
        properties={**stated, "values": release.values},
        environment=environment,
    )


def test_every_object_that_was_rendered_was_judged(verdicts: dict[str, list[Verdict]], tmp_path: Path) -> None:
    """A file that kubeconform reads otherwise than YAML does would pass for empty."""
    for workload, environment in (("openibank", "production"), ("ai-trading", "staging")):
        for release in local_releases(workload, environment):
            rendered = [each for each in yaml.safe_load_all(_template(release, tmp_path)) if each]
            judged = verdicts[f"{workload}.{environment}.{release.name}.yaml"]
            assert len(judged) == len(rendered) > 1
            assert {each.name for each in judged} == {each["metadata"]["name"] for each in rendered}


def test_no_chart_of_this_project_goes_unjudged() -> None:
    installed = {release.chart.name for pair in PAIRS for release in local_releases(*pair)}
    assert installed == CHARTS


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[str, str], Path]:
    """A copy of the workload chart with one change in its templates."""

    def copy(here: str, there: str) -> Path:
        chart = tmp_path / "broken" / "workload"
        shutil.copytree(ROOT / "charts" / "workload", chart)
        changed = 0
        for file in (chart / "templates").glob("*.yaml"):
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace(here, there), encoding="utf-8")
            changed += here in text
        assert changed
        return chart

    return copy


def _release() -> LocalRelease:
    return next(each for each in local_releases("openibank", "production") if each.chart.name == "workload")


@pytest.mark.parametrize(
    ("here", "there", "kind", "said"),
    [
        ("terminationGracePeriodSeconds:", "gracePeriodSeconds:", "Deployment", "gracePeriodSeconds"),
        ("minReplicas: ", "minReplicas: few #", "HorizontalPodAutoscaler", "minReplicas"),
        ("kind: PodDisruptionBudget", "kind: PodDisruptionPlan", "PodDisruptionPlan", "could not find schema"),
    ],
)
def test_a_template_that_is_wrong_does_not_conform(
    here: str, there: str, kind: str, said: str, broken: Callable[[str, str], Path], built_in: Path, tmp_path: Path
) -> None:
    manifests = tmp_path / "manifests"
    manifests.mkdir()
    (manifests / "workload.yaml").write_text(_template(_release(), tmp_path, broken(here, there)), encoding="utf-8")
    wrong = [each for each in conform(manifests, built_in) if not each.valid]
    assert {each.kind for each in wrong} == {kind}
    assert all(said in each.message for each in wrong)


def test_a_template_that_is_no_template_is_found_by_lint(broken: Callable[[str, str], Path], tmp_path: Path) -> None:
    chart = broken("minReplicas: {{", "minReplicas: {{ {{")
    code, out, _ = _with_values(("lint", "--strict", str(chart)), _release(), tmp_path)
    assert code != 0
    assert "[ERROR]" in out
