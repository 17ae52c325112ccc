"""Names, labels, annotations, namespaces and ownership."""

import pytest

from offline_cloud.cloud.model import UNKNOWN, Properties
from tests.offline_cloud.kubernetes.clouds import Cloud, deployment, pods, said, thing


def config(name: str = "settings", **metadata: object) -> Properties:
    """A ConfigMap with metadata of its own."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata}}  # pyright: ignore[reportReturnType]


def test_plain_metadata_is_accepted(cloud: Cloud) -> None:
    good = config(labels={"app.kubernetes.io/name": "a_b.C-9", "empty": ""}, annotations={"note": "any text at all"})
    assert said(cloud.objects(good, deployment("a.b-c"))) == ""


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (config("Settings"), "metadata.name: 'Settings' is not a valid name"),
        (config("x" * 254), "(254 characters) is not a valid name of a ConfigMap; allowed: at most 253"),
        (thing("v1", "Namespace", "x" * 64), "(64 characters) is not a valid name of a Namespace; allowed: at most 63"),
        (thing("v1", "Namespace", "a.b"), "metadata.name: 'a.b' is not a valid name"),
        (
            thing("v1", "Service", "9lives", spec={"ports": [{"port": 80}]}),
            "metadata.name: '9lives' is not a valid name",
        ),
        ({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}}, "metadata.name: an object needs a name"),
        (config(labels={"app": "x" * 64}), "(64 characters) is not valid; allowed: at most 63"),
        (config(labels={"app": "a b"}), "metadata.labels.app: 'a b' is not valid; allowed: at most 63 letters"),
        (config(labels={"app": 5}), "metadata.labels.app: 5 is not of type string; quote it"),
        (config(labels={"a b": "x"}), "metadata.labels['a b']: 'a b' is not valid"),
        (
            config(labels={"Upper.Case/x": "x"}),
            "metadata.labels['Upper.Case/x']: 'Upper.Case/x' is not valid; allowed: an optional DNS subdomain",
        ),
        (config(annotations={"on": True}), "metadata.annotations.on: true is not of type string; quote it"),
        (config(annotations={"big": "x" * 262145}), "annotations have at most 262144"),
        (config(lables={}), "metadata.lables: no such field"),
        (deployment(template=pods({"app": "main", "tier": "a b"})), "spec.template.metadata.labels.tier: 'a b'"),
    ],
)
def test_bad_metadata_is_refused(cloud: Cloud, item: Properties, expected: str) -> None:
    assert expected in said(cloud.objects(item))


def test_a_cron_jobs_name_leaves_room_for_its_jobs(cloud: Cloud) -> None:
    job: Properties = {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "b"}]}}}
    spec: Properties = {"schedule": "0 2 * * *", "jobTemplate": {"spec": job}}
    assert said(cloud.objects(thing("batch/v1", "CronJob", "x" * 52, spec=spec))) == ""
    assert "is not a valid name of a CronJob; allowed: at most 52 characters" in said(
        cloud.objects(thing("batch/v1", "CronJob", "x" * 53, spec=spec), name="more")
    )


def test_unknown_metadata_is_accepted(cloud: Cloud) -> None:
    assert said(cloud.objects(config(labels={"app": UNKNOWN}, annotations={"arn": UNKNOWN}))) == ""


def test_an_object_appears_once_in_a_chart(cloud: Cloud) -> None:
    assert "the chart renders this object twice" in said(cloud.objects(config(), config()))
    assert said(cloud.objects(config(), config("others"))) == ""


def test_an_object_belongs_to_one_release(cloud: Cloud) -> None:
    assert said(cloud.objects(config(), name="first")) == ""
    refused = said(cloud.objects(config(), name="second"))
    assert "ConfigMap shop/settings: metadata.name: exists already and belongs to release shop/first" in refused
    assert said(cloud.objects(config(), name="second", namespace="elsewhere")) == ""


def test_a_namespace_has_to_exist(cloud: Cloud) -> None:
    there = config("there", namespace="warehouse")
    assert "namespace 'warehouse' does not exist" in said(cloud.objects(there))
    assert said(cloud.objects(config(), name="first", namespace="warehouse")) == ""
    assert said(cloud.objects(there)) == ""


def test_a_namespace_may_come_with_the_release(cloud: Cloud) -> None:
    assert said(cloud.objects(thing("v1", "Namespace", "yard"), config("there", namespace="yard"))) == ""


@pytest.mark.parametrize(
    ("namespace", "creates", "accepted"), [("shop", True, True), ("shop", False, False), ("default", False, True)]
)
def test_a_releases_own_namespace_has_to_exist(cloud: Cloud, namespace: str, creates: bool, accepted: bool) -> None:
    outcome = cloud.objects(config(), namespace=namespace, createNamespace=creates)
    assert (not outcome.diagnostics) is accepted
    if not accepted:
        assert said(outcome).startswith("namespace: namespace 'shop' does not exist in cluster prod")
