"""Folders on EFS that all pods of a service see: the volume, its claim, and where the pods see it."""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import pytest

from components.runtimes.kubernetes.values import workload_values
from offline_cloud.kubernetes import schema
from offline_cloud.kubernetes.objects import KubernetesObject
from tests.charts.rendering import KUBERNETES, Rendered, at, render, run
from tests.charts.service_layer import SHARED_CLAIM, release, settings, wiring

_HANDLE = "fs-0123456789abcdef0::fsap-0123456789abcdef0"


@cache
def _values() -> dict[str, Any]:
    return workload_values(settings("prod"), wiring()).to_helm()


def _one(kind: str) -> Mapping[str, Any]:
    (found,) = release("workload").of_kind(kind)
    return found


@pytest.mark.requirement("SL-49")
@pytest.mark.requirement("SL-62")
def test_all_replicas_write_to_one_folder_at_the_path_that_the_variable_names() -> None:
    deployment = release("workload").one("Deployment", "service-layer")
    container = at(deployment, "spec.template.spec.containers[0]")
    path = at(container, "env[name=NEO_SNAPSHOT_DIR].value")
    mount = at(container, f"volumeMounts[mountPath={path}]")
    assert "readOnly" not in mount
    volume = at(deployment, f"spec.template.spec.volumes[name={mount['name']}]")
    assert volume["persistentVolumeClaim"] == {"claimName": SHARED_CLAIM}
    assert at(deployment, "spec.strategy.type") == "RollingUpdate"


@pytest.mark.requirement("SL-62")
def test_the_folder_outlives_pods_and_release_and_is_encrypted_on_its_way() -> None:
    volume = _one("PersistentVolume")["spec"]
    assert volume["csi"]["driver"] == "efs.csi.aws.com"
    assert volume["csi"]["volumeHandle"] == _HANDLE
    assert volume["csi"]["volumeAttributes"] == {"encryptInTransit": "true"}
    assert volume["persistentVolumeReclaimPolicy"] == "Retain"
    assert volume["accessModes"] == ["ReadWriteMany"]


def test_volume_and_claim_are_each_others_and_no_other_claim_can_take_the_volume() -> None:
    volume, claim = _one("PersistentVolume"), _one("PersistentVolumeClaim")
    assert volume["spec"]["claimRef"]["name"] == claim["metadata"]["name"] == SHARED_CLAIM
    assert claim["spec"]["volumeName"] == volume["metadata"]["name"] == f"service-layer-{SHARED_CLAIM}"
    assert claim["spec"]["storageClassName"] == volume["spec"]["storageClassName"] == ""


def test_both_fit_their_schemas() -> None:
    for kind in ("PersistentVolume", "PersistentVolumeClaim"):
        validator = schema.built_in(KUBERNETES, "v1", kind)
        assert validator is not None
        item = KubernetesObject(cast("dict[str, Any]", _one(kind)), "service-layer")
        assert [str(each) for each in schema.diagnostics(item, validator)] == []


def _changed(**volume: str) -> dict[str, Any]:
    values = dict(_values())
    service = dict(values["services"]["service-layer"])
    service["volumes"] = [{"path": "/data/snapshots", "kind": "shared", "size": "20Gi", "handle": _HANDLE, **volume}]
    return {**values, "services": {"service-layer": service}}


def _render(**volume: str) -> Rendered:
    return render("workload", _changed(**volume))


def test_another_access_point_is_another_volume_for_neither_can_be_changed() -> None:
    (claim,) = _render(handle="fs-1::fsap-2").names("PersistentVolumeClaim")
    assert claim != SHARED_CLAIM


@pytest.mark.parametrize("volume", [{"handle": "fs-0123456789abcdef0"}, {"kind": "scratch"}])
def test_the_chart_refuses_a_handle_that_is_none_or_has_no_place(volume: dict[str, str]) -> None:
    answer = run("workload", _changed(**volume))
    assert answer.returncode != 0
    assert "handle" in answer.stderr


def test_services_that_share_a_folder_share_its_claim() -> None:
    values = _changed(folder="uploads")
    own = values["services"]["service-layer"]
    volumes = [{**own["volumes"][0], "path": "/in"}]
    rendered = render("workload", {**values, "services": {"service-layer": own, "worker": {**own, "volumes": volumes}}})
    (claim,) = rendered.names("PersistentVolumeClaim")
    assert claim.startswith("uploads-")
    assert len(rendered.names("PersistentVolume")) == 1
    for service, path in (("service-layer", "/data/snapshots"), ("worker", "/in")):
        pod = at(rendered.one("Deployment", service), "spec.template.spec")
        (mounted,) = (each["name"] for each in pod["containers"][0]["volumeMounts"] if each["mountPath"] == path)
        assert at(pod, f"volumes[name={mounted}].persistentVolumeClaim.claimName") == claim
