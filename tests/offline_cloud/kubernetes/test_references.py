"""What pods refer to by name, and whether it is there in time."""

import pytest

from offline_cloud.cloud.model import Properties, Value
from tests.offline_cloud.kubernetes.clouds import Cloud, container, deployment, pods, said, thing


def needing(**spec: Value) -> Properties:
    """A Deployment whose pods have this specification."""
    return deployment(template=pods(**spec))


def reading(**fields: Value) -> Properties:
    """A Deployment whose container has these fields."""
    return needing(containers=[container(**fields)])


def env(kind: str, name: str, key: str, **more: Value) -> list[Value]:
    """One variable that takes a key of a ConfigMap or Secret."""
    field = "configMapKeyRef" if kind == "ConfigMap" else "secretKeyRef"
    return [{"name": "A", "valueFrom": {field: {"name": name, "key": key, **more}}}]


def external(name: str, target: str | None = None, **spec: Value) -> Properties:
    """An ExternalSecret that writes one key."""
    data: list[Value] = [{"secretKey": "URL", "remoteRef": {"key": "arn:aws:secretsmanager:x:000000000000:secret:y"}}]
    body: Properties = {"secretStoreRef": {"kind": "ClusterSecretStore", "name": "aws"}, "data": data, **spec}
    if target is not None:
        body["target"] = {"name": target}
    return thing("external-secrets.io/v1", "ExternalSecret", name, spec=body)


SETTINGS = thing("v1", "ConfigMap", "settings", data={"HOST": "example.org"})
STORE = thing(
    "external-secrets.io/v1",
    "ClusterSecretStore",
    "aws",
    spec={"provider": {"aws": {"service": "SecretsManager", "region": "eu-central-1"}}},
)

GOOD: list[list[Properties]] = [
    [SETTINGS, reading(envFrom=[{"configMapRef": {"name": "settings"}}])],
    [SETTINGS, reading(env=env("ConfigMap", "settings", "HOST"))],
    [reading(envFrom=[{"configMapRef": {"name": "absent", "optional": True}}])],
    [reading(env=env("Secret", "absent", "URL", optional=True))],
    [thing("v1", "ServiceAccount", "api"), needing(serviceAccountName="api")],
    [needing(serviceAccountName="default", priorityClassName="system-cluster-critical")],
    [thing("scheduling.k8s.io/v1", "PriorityClass", "high", value=10), needing(priorityClassName="high")],
    [needing(volumes=[{"name": "ca", "configMap": {"name": "kube-root-ca.crt"}}])],
    [STORE, external("urls"), reading(env=env("Secret", "urls", "URL"))],
    [STORE, external("urls", "written"), reading(envFrom=[{"secretRef": {"name": "written"}}])],
    [STORE, external("urls", dataFrom=[{"extract": {"key": "arn:x"}}]), reading(env=env("Secret", "urls", "ANY"))],
]


@pytest.mark.parametrize("objects", GOOD)
def test_what_is_there_may_be_referred_to(cloud: Cloud, objects: list[Properties]) -> None:
    cloud.upstream("external-secrets")
    assert said(cloud.objects(*objects)) == ""


BAD: list[tuple[list[Properties], str]] = [
    (
        [SETTINGS, reading(envFrom=[{"configMapRef": {"name": "setings"}}])],
        "envFrom[0].configMapRef: no ConfigMap 'setings' in namespace shop; there: settings",
    ),
    ([SETTINGS, reading(env=env("ConfigMap", "settings", "HOTS"))], "has no key 'HOTS'; it has: HOST"),
    ([reading(env=env("Secret", "urls", "URL"))], "env[0].valueFrom.secretKeyRef: no Secret 'urls'"),
    (
        [STORE, external("urls"), reading(env=env("Secret", "urls", "DSN"))],
        "Secret 'urls' has no key 'DSN'; it has: URL",
    ),
    (
        [STORE, external("urls", "written"), reading(env=env("Secret", "urls", "URL"))],
        "no Secret 'urls' in namespace shop",
    ),
    ([needing(serviceAccountName="api")], "serviceAccountName: no ServiceAccount 'api' in namespace shop; there: none"),
    ([needing(priorityClassName="high")], "priorityClassName: no PriorityClass 'high'"),
    ([needing(volumes=[{"name": "x", "secret": {"secretName": "keys"}}])], "volumes[0].secret: no Secret 'keys'"),
    ([needing(volumes=[{"name": "x", "configMap": {"name": "toml"}}])], "volumes[0].configMap: no ConfigMap 'toml'"),
    (
        [
            SETTINGS,
            needing(volumes=[{"name": "x", "configMap": {"name": "settings", "items": [{"key": "a", "path": "b"}]}}]),
        ],
        "ConfigMap 'settings' has no key 'a'",
    ),
    (
        [needing(volumes=[{"name": "x", "projected": {"sources": [{"secret": {"name": "keys"}}]}}])],
        "volumes[0].projected.sources[0].secret: no Secret 'keys'",
    ),
    (
        [needing(volumes=[{"name": "x", "persistentVolumeClaim": {"claimName": "data"}}])],
        "no PersistentVolumeClaim 'data'",
    ),
]


@pytest.mark.parametrize(("objects", "expected"), BAD)
def test_what_is_missing_is_refused(cloud: Cloud, objects: list[Properties], expected: str) -> None:
    cloud.upstream("external-secrets")
    assert expected in said(cloud.objects(*objects))


def test_objects_of_an_earlier_release_count(cloud: Cloud) -> None:
    user = reading(envFrom=[{"configMapRef": {"name": "settings"}}])
    assert "no ConfigMap 'settings'" in said(cloud.objects(user, name="second"))
    cloud.objects(SETTINGS, name="first")
    assert said(cloud.objects(user, name="second")) == ""


def test_a_namespace_with_a_chart_that_is_not_rendered_gets_the_benefit_of_the_doubt(cloud: Cloud) -> None:
    user = needing(serviceAccountName="external-secrets")
    cloud.upstream("external-secrets", namespace="elsewhere")
    assert "no ServiceAccount" in said(cloud.objects(user, namespace="system"))
    cloud.uninstall("external-secrets")
    cloud.upstream("external-secrets", namespace="system")
    assert said(cloud.objects(user, namespace="system")) == ""


def claim(storage: str | None) -> Properties:
    """A claim of a storage class."""
    resources: Properties = {"requests": {"storage": "1Gi"}}
    spec: Properties = {"accessModes": ["ReadWriteOnce"], "resources": resources}
    return thing(
        "v1", "PersistentVolumeClaim", "data", spec={**spec, **({"storageClassName": storage} if storage else {})}
    )


def test_a_claims_storage_class_has_to_exist(cloud: Cloud) -> None:
    assert said(cloud.objects(claim(None), name="plain", namespace="one")) == ""
    assert said(cloud.objects(claim("gp2"), name="builtin", namespace="two")) == ""
    assert "no StorageClass 'gp3' in the cluster; there: gp2" in said(cloud.objects(claim("gp3")))
    made = thing("storage.k8s.io/v1", "StorageClass", "gp3", provisioner="ebs.csi.aws.com")
    assert said(cloud.objects(made, claim("gp3"))) == ""


def migration(weight: str = "0", hook: str = "pre-install,pre-upgrade") -> Properties:
    """A Job that runs before the rollout and reads a ConfigMap."""
    template = pods(restartPolicy="Never", containers=[container(envFrom=[{"configMapRef": {"name": "settings"}}])])
    annotations: Properties = {"helm.sh/hook": hook, "helm.sh/hook-weight": weight}
    return {
        **thing("batch/v1", "Job", "migrate", spec={"template": template}),
        "metadata": {"name": "migrate", "annotations": annotations},
    }


def early(weight: str) -> Properties:
    """The ConfigMap as a hook of its own."""
    annotations: Properties = {"helm.sh/hook": "pre-install,pre-upgrade", "helm.sh/hook-weight": weight}
    return {**SETTINGS, "metadata": {"name": "settings", "annotations": annotations}}


def test_a_hook_cannot_wait_for_what_comes_after_it(cloud: Cloud) -> None:
    refused = said(cloud.objects(SETTINGS, migration()))
    assert "this pre-install hook needs ConfigMap shop/settings, which Helm creates only afterwards" in refused
    assert "which Helm creates only afterwards" in said(cloud.objects(early("5"), migration("0")))


@pytest.mark.parametrize(
    "objects",
    [
        [early("-5"), migration("0")],
        [SETTINGS, migration(hook="post-install")],
        [SETTINGS, migration(hook="pre-upgrade")],
    ],
)
def test_a_hook_may_need_what_is_there_by_then(cloud: Cloud, objects: list[Properties]) -> None:
    assert said(cloud.objects(*objects)) == ""


def test_a_hook_may_need_what_an_earlier_release_brought(cloud: Cloud) -> None:
    cloud.objects(SETTINGS, name="first")
    assert said(cloud.objects(migration(), name="second")) == ""


def test_a_role_binding_refers_to_a_role(cloud: Cloud) -> None:
    role: Properties = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"}
    binding = thing("rbac.authorization.k8s.io/v1", "RoleBinding", "readers", roleRef=role)
    assert "roleRef.name: no Role 'reader' in namespace shop" in said(cloud.objects(binding))
    assert said(cloud.objects(thing("rbac.authorization.k8s.io/v1", "Role", "reader"), binding)) == ""
