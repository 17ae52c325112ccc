"""Rendering charts: values, their schema, helm's errors, and what is not known yet."""

from pathlib import Path
from typing import cast

import pytest

from offline_cloud.cloud.model import UNKNOWN, Properties, Value
from offline_cloud.kubernetes import release
from offline_cloud.kubernetes.cluster import CLUSTER
from offline_cloud.kubernetes.inputs import RELEASE, ReleaseInputs, merge
from offline_cloud.kubernetes.inventory import objects
from offline_cloud.kubernetes.objects import mapping
from offline_cloud.kubernetes.render import Renderer, Rendering, helm_diagnostics
from tests.offline_cloud.kubernetes.clouds import CHARTS, Cloud, said


def rendered(chart: str, version: str = "1.35", apis: tuple[str, ...] = (), **values: Value) -> Rendering:
    """Render a chart of this folder, which must succeed."""
    asked = ReleaseInputs("", {"name": "shop", "namespace": "shop", "chart": str(CHARTS / chart), "values": values})
    found = Renderer().render(asked, version, apis)
    assert isinstance(found, Rendering), found
    return found


def body(rendering: Rendering, kind: str) -> Properties:
    """Give the first object of a kind."""
    return next(item for item in rendering.objects if item["kind"] == kind)


def test_objects_take_the_values_over_the_defaults() -> None:
    found = body(rendered("shop", replicas=5), "Deployment")
    assert mapping(found, "spec")["replicas"] == 5
    assert mapping(body(rendered("shop"), "Deployment"), "spec")["replicas"] == 2


def test_the_chart_sees_the_clusters_version_and_api_versions() -> None:
    bare = mapping(body(rendered("shop", version="1.33"), "ConfigMap"), "data")
    assert str(bare["KUBERNETES"]).startswith("v1.33")
    assert bare["MONITORED"] == "false"
    monitored = mapping(body(rendered("shop", apis=("monitoring.coreos.com/v1",)), "ConfigMap"), "data")
    assert monitored["MONITORED"] == "true"


def test_unknown_values_stay_unknown_in_the_objects() -> None:
    found = rendered("shop", host=UNKNOWN)
    assert mapping(body(found, "ConfigMap"), "data")["HOST"] is UNKNOWN
    assert mapping(body(found, "Deployment"), "spec")["replicas"] == 2


def test_a_chart_that_cannot_render_before_its_values_are_known_is_noted(cloud: Cloud) -> None:
    chart = str(CHARTS / "regex")
    assert said(cloud.install("early", chart=chart, values={"arn": "nonsense"})) == (
        "chart: does not render: regex/templates/regex.yaml line 2: arn is malformed"
    )
    outcome = cloud.install("early", chart=chart, values={"arn": UNKNOWN})
    assert not outcome.diagnostics
    assert "can only be rendered once all its values are known" in "\n".join(outcome.notes)


def test_a_fault_that_no_value_can_fix_is_refused_even_early(cloud: Cloud) -> None:
    outcome = cloud.install("broken", chart=str(CHARTS / "broken"), values={"host": UNKNOWN, "missing": True})
    assert "broken/templates/broken.yaml line 5: nil pointer" in said(outcome)


def test_a_template_that_fails_is_told_without_go_noise(cloud: Cloud) -> None:
    outcome = cloud.install("broken", chart=str(CHARTS / "broken"))
    assert said(outcome) == (
        "chart: does not render: broken/templates/broken.yaml line 2: host is needed: say where the product is reached"
    )


@pytest.mark.parametrize(
    ("values", "path", "reason"),
    [
        ({"replicas": "three"}, "values.replicas", '"three" is not of type integer'),
        ({"replicas": 0}, "values.replicas", "0: minimum is 1"),
        ({"hots": "shop.example.org"}, "values.hots", "no such field; did you mean host?"),
        ({"host": "SHOP"}, "values.host", '"SHOP" does not match ^[a-z.]+$'),
    ],
)
def test_values_are_checked_against_the_charts_schema(values: Properties, path: str, reason: str) -> None:
    inputs: Properties = {"name": "shop", "chart": str(CHARTS / "shop"), "values": values}
    [diagnostic] = release.check(RELEASE, inputs, "eu-central-1")
    assert (diagnostic.path, diagnostic.reason) == (path, reason)


def test_every_wrong_value_is_told_and_unknown_ones_are_not() -> None:
    values: Properties = {"replicas": "three", "host": UNKNOWN, "image": 5}
    diagnostics = release.check(RELEASE, {"chart": str(CHARTS / "shop"), "values": values}, "")
    assert [diagnostic.path for diagnostic in diagnostics] == ["values.image", "values.replicas"]


def test_helms_own_schema_errors_become_paths() -> None:
    stderr = (
        "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nworkload:\n"
        "- at '/services/api/replicas': got string, want integer\n- at '': additional properties 'x' not allowed\n"
    )
    assert [str(diagnostic) for diagnostic in helm_diagnostics(stderr)] == [
        "values.services.api.replicas: got string, want integer",
        "values: additional properties 'x' not allowed",
    ]


def test_a_rendering_is_kept_until_the_chart_changes(tmp_path: Path) -> None:
    chart = tmp_path / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: chart\nversion: 0.1.0\n")
    template = chart / "templates" / "map.yaml"
    template.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n")
    asked = ReleaseInputs("", {"name": "x", "chart": str(chart)})
    first = Renderer(tmp_path / "room").render(asked, "1.35")
    assert isinstance(first, Rendering)
    again = Renderer(tmp_path / "room").kept(first.digest)
    assert again is not None
    assert again.objects == first.objects
    template.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\n")
    changed = Renderer(tmp_path / "room").render(asked, "1.35")
    assert isinstance(changed, Rendering)
    assert changed.digest != first.digest
    assert mapping(changed.objects[0], "metadata")["name"] == "two"


def test_hooks_and_tests_are_told_apart(cloud: Cloud) -> None:
    cloud.install("shop", chart=str(CHARTS / "shop"))
    assert [line.name for line in objects(cloud.world, "prod", "jobs")] == []
    hook: Properties = {"helm.sh/hook": "pre-install,pre-upgrade", "helm.sh/hook-weight": "-5"}
    outcome = cloud.objects(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "early", "annotations": hook}}, name="hooked"
    )
    assert not outcome.diagnostics
    [line] = [line for line in objects(cloud.world, "prod", "ConfigMap") if line.name == "early"]
    assert line.detail == "pre-install, pre-upgrade"


def test_value_files_come_before_values(tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_text("a: {b: 1, c: 2}\nd: 3\n")
    asset: Properties = {"path": str(file)}
    asked = ReleaseInputs("", {"chart": "x", "valueYamlFiles": [asset], "values": {"a": {"b": 9}}})
    assert asked.values == {"a": {"b": 9, "c": 2}, "d": 3}


def test_null_takes_a_default_away() -> None:
    assert merge({"a": {"b": 1, "c": 2}}, {"a": {"b": None}}) == {"a": {"c": 2}}


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"chart": "./charts/nowhere"}, "chart: './charts/nowhere' is not a folder with a Chart.yaml"),
        ({}, "chart: a release needs a chart"),
        ({"chart": str(CHARTS / "shop"), "timeout": 0}, "timeout: 0 is not a number of seconds above 0"),
        ({"chart": str(CHARTS / "shop"), "atomic": True, "skipAwait": True}, "skipAwait: contradicts atomic"),
        ({"chart": str(CHARTS / "shop"), "name": "x" * 54}, "a release name has at most 53"),
    ],
)
def test_inputs_that_cannot_work_are_refused(inputs: Properties, expected: str) -> None:
    diagnostics = release.check(RELEASE, inputs, "")
    assert expected in "\n".join(str(diagnostic) for diagnostic in diagnostics)
    assert release.check(RELEASE, {"chart": str(CHARTS / "shop"), "timeout": 60, "atomic": True}, "") == []


def test_a_chart_that_is_not_known_yet_is_not_checked() -> None:
    assert release.check(RELEASE, {"chart": UNKNOWN}, "") == []


def test_the_clusters_version_chooses_the_schemas(cloud: Cloud) -> None:
    [cluster] = cloud.world.of_type(CLUSTER)
    pod = cast("Properties", {"image": {"reference": "example/data:1"}, "name": "data"})
    made: Properties = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "reader"},
        "spec": {"containers": [{"name": "main", "image": "example/main:1"}], "volumes": [pod]},
    }
    assert not cloud.objects(made).diagnostics
    cloud.world.remove(cluster)
    cloud.add(CLUSTER, "cluster", {"name": "prod", "version": "1.30"}, endpoint=cluster.outputs["endpoint"])
    assert "spec.volumes[0].image: no such field" in said(cloud.objects(made, name="older"))
