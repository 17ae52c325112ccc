"""What becomes of a release's objects, by comparing them as they are and as they would be."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tools.plan.steps import digest, step, urn
from tools.plan import releases
from tools.plan.plan import Finding
from tools.plan.preview import read
from tools.plan.releases import RELEASE, Charts
from tools.plan.words import Kind

URN = urn(RELEASE, "application-workload")


def deployment(image: str = "a", **more: Any) -> dict[str, Any]:
    containers = [{"name": "api", "image": image}]
    spec: dict[str, Any] = {"replicas": 3, "selector": {"a": "b"}, "template": {"spec": {"containers": containers}}}
    return {"kind": "Deployment", "metadata": {"name": "api", "namespace": "shop"}, "spec": {**spec, **more}}


def named(kind: str, **body: Any) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": "one"}, **body}


def compared(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[tuple[Kind, str]]:
    found = releases.compared(URN, releases.by_key(before), releases.by_key(after))
    return [(each.kind, each.what) for each in found]


def test_what_is_in_a_pod_template_rolls() -> None:
    (found,) = compared([deployment("a")], [deployment("b")])
    assert found == (Kind.ROLLING, "Deployment shop/api: spec.template.spec.containers.image a → b")


def test_what_is_immutable_is_refused() -> None:
    assert compared([deployment()], [deployment(selector={"a": "c"})])[0][0] is Kind.IMPOSSIBLE
    set_of = named("StatefulSet", spec={"replicas": 1, "volumeClaimTemplates": [{"spec": {"size": "10Gi"}}]})
    grown = named("StatefulSet", spec={"replicas": 1, "volumeClaimTemplates": [{"spec": {"size": "20Gi"}}]})
    assert compared([set_of], [grown])[0][0] is Kind.IMPOSSIBLE
    job = named("Job", spec={"template": {"spec": {"a": 1}}})
    assert compared([job], [named("Job", spec={"template": {"spec": {"a": 2}}})])[0][0] is Kind.IMPOSSIBLE


def test_another_key_of_a_secret_rolls_the_pods_that_read_it() -> None:
    """They read it as variables, which Reloader gives them by starting them anew."""
    had, more = ([{"secretKey": name} for name in names] for names in (("A",), ("A", "B")))
    (found,) = compared([named("ExternalSecret", spec={"data": had})], [named("ExternalSecret", spec={"data": more})])
    assert found[0] is Kind.ROLLING


def test_fixed_replicas_to_autoscaling_falls_to_one_pod() -> None:
    without = deployment()
    del without["spec"]["replicas"]
    assert compared([deployment()], [without])[0][0] is Kind.RESTART


@pytest.mark.parametrize(("chart", "rolls"), [("./charts/workload", False), ("./charts/vendor", True)])
def test_the_workload_chart_keeps_the_number_of_pods(tmp_path: Path, chart: str, rolls: bool) -> None:
    without = deployment()
    del without["spec"]["replicas"]
    (tmp_path / "shop.yaml").write_text(yaml.safe_dump(deployment()), "utf-8")
    (tmp_path / "shop.preview.yaml").write_text(yaml.safe_dump(without), "utf-8")
    old, new = ({"name": "shop", "chart": chart, "values": {"scaling": on}} for on in (False, True))
    file = digest(tmp_path, step("update", RELEASE, "application-workload", old, new))
    found = told(file, Charts(manifests=tmp_path))
    assert [each.kind for each in found] == ([Kind.RESTART] if rolls else [])


def test_a_hook_runs_again_and_rolls_nothing() -> None:
    annotations = {"helm.sh/hook": "pre-upgrade"}
    before, after = (
        {"kind": "Job", "metadata": {"name": "migrate", "annotations": annotations}, "spec": {"template": image}}
        for image in ("a", "b")
    )
    assert compared([before], [after])[0][0] is Kind.NOTHING


def test_a_claim_that_goes_loses_its_files_unless_helm_keeps_it() -> None:
    claim = named("PersistentVolumeClaim", spec={"a": 1})
    assert compared([claim], []) == [(Kind.LOSES_DATA, "PersistentVolumeClaim one: removed")]
    claim["metadata"]["annotations"] = {"helm.sh/resource-policy": "keep"}
    assert compared([claim], []) == []


def test_a_label_with_the_charts_version_is_no_change() -> None:
    before, after = (named("ConfigMap", data={}) for _ in range(2))
    before["metadata"]["labels"], after["metadata"]["labels"] = {"helm.sh/chart": "a-1"}, {"helm.sh/chart": "a-2"}
    assert compared([before], [after]) == []


def test_a_kind_of_an_operator_that_no_table_has_is_told_so() -> None:
    before, after = named("Broker", spec={"a": 1}), named("Broker", spec={"a": 2})
    (found,) = releases.compared(URN, {"Broker one": before}, {"Broker one": after})
    assert (found.kind, found.takes) == (
        Kind.ROLLING,
        "not known: no table speaks of this kind, whose operator decides",
    )


@pytest.fixture
def change(tmp_path: Path) -> Path:
    old, new = ({"name": "shop", "chart": "nowhere", "values": {"image": image}} for image in ("a", "b"))
    return digest(tmp_path, step("update", RELEASE, "application-workload", old, new))


def told(file: Path, charts: Charts) -> list[Finding]:
    return list(releases.findings(read(file), charts))


def test_a_chart_that_is_not_at_hand_is_taken_for_the_worst(change: Path, tmp_path: Path) -> None:
    (found,) = told(change, Charts())
    assert (found.kind, found.takes) == (
        Kind.ROLLING,
        "its pods, where they change: its objects cannot be rendered here to tell",
    )


def test_what_the_offline_cloud_rendered_is_compared(change: Path, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(yaml.safe_dump(deployment("a")), "utf-8")
    (tmp_path / "shop.preview.yaml").write_text(yaml.safe_dump(deployment("b")), "utf-8")
    (found,) = told(change, Charts(manifests=tmp_path))
    assert found.what == "Deployment shop/api: spec.template.spec.containers.image a → b"


def test_what_an_earlier_preview_rendered_is_not(change: Path, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(yaml.safe_dump(deployment("a")), "utf-8")
    stale = tmp_path / "shop.preview.yaml"
    stale.write_text(yaml.safe_dump(deployment("b")), "utf-8")
    (found,) = told(change, Charts(manifests=tmp_path, since=stale.stat().st_mtime + 1))
    assert found.takes == "its pods, where they change: its objects cannot be rendered here to tell"
