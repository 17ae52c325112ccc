"""What Sigstore's policy-controller says of policies, and of pods in a namespace that asks to be judged."""

import pytest

from offline_cloud.cloud.model import Properties, Value
from offline_cloud.kubernetes.checks.image_policy import canonical
from tests.offline_cloud.kubernetes.clouds import Cloud, container, deployment, noted, pods, said, thing

SIGNED: Properties = {"name": "signature", "predicateType": "https://sigstore.dev/cosign/sign/v1"}
KEYLESS: Properties = {
    "url": "https://fulcio.sigstore.dev",
    "identities": [{"issuer": "https://issuer.example.com", "subject": "someone"}],
}
JUDGED = thing("v1", "Namespace", "judged")
JUDGED["metadata"] = {"name": "judged", "labels": {"policy.sigstore.dev/include": "true"}}


@pytest.fixture
def guarded(cloud: Cloud) -> Cloud:
    """A cluster whose admission controller refuses what no policy names."""
    noted(cloud.upstream("policy-controller", values={"webhook": {"configData": {"no-match-policy": "deny"}}}))
    return cloud


def policy(*globs: str, **authority: Value) -> Properties:
    """A ClusterImagePolicy; without an authority, images pass."""
    judge: Properties = {"name": "one", **(authority or {"static": {"action": "pass"}})}
    images: list[Value] = [{"glob": glob} for glob in globs]
    return thing(
        "policy.sigstore.dev/v1beta1", "ClusterImagePolicy", "p", spec={"images": images, "authorities": [judge]}
    )


def running(image: str, namespace: str = "judged") -> Properties:
    """A Deployment of an image."""
    made = deployment(template=pods(containers=[container(image=image)]))
    made["metadata"] = {"name": "main", "namespace": namespace}
    return made


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("busybox", "index.docker.io/library/busybox:latest"),
        ("docker.io/busybox:1", "index.docker.io/library/busybox:1"),
        ("docker.io/library/busybox:1", "index.docker.io/library/busybox:1"),
        ("grafana/k6:1.3.0", "index.docker.io/grafana/k6:1.3.0"),
        ("docker.io/grafana/k6:1.3.0", "index.docker.io/grafana/k6:1.3.0"),
        ("index.docker.io/grafana/k6", "index.docker.io/grafana/k6:latest"),
        ("localhost:5000/a/b:1", "localhost:5000/a/b:1"),
        ("quay.io/a/b:1@sha256:12", "quay.io/a/b@sha256:12"),
    ],
)
def test_the_webhook_sees_whole_names(image: str, name: str) -> None:
    assert canonical(image) == name


@pytest.mark.parametrize(
    ("globs", "image", "accepted"),
    [
        (("index.docker.io/grafana/k6:*",), "docker.io/grafana/k6:1", True),
        (("index.docker.io/grafana/*",), "grafana/k6:1", True),
        (("index.docker.io/*:*",), "grafana/k6:1", False),
        (("index.docker.io/**",), "grafana/k6:1", True),
        (("quay.io/grafana/k6:*",), "grafana/k6:1", False),
        (("quay.io/a.b:*",), "quay.io/axb:1", False),
    ],
)
def test_a_pod_needs_a_policy_that_names_its_image(
    guarded: Cloud, globs: tuple[str, ...], image: str, *, accepted: bool
) -> None:
    outcome = said(guarded.objects(JUDGED, policy(*globs), running(image)))
    assert outcome == "" if accepted else "no policy matches " in outcome


def test_other_namespaces_are_not_judged(guarded: Cloud) -> None:
    assert said(guarded.objects(running("grafana/k6", "shop"))) == ""


def test_a_controller_that_lets_pass_what_nobody_names_refuses_nothing(cloud: Cloud) -> None:
    noted(cloud.upstream("policy-controller", values={"webhook": {"configData": {"no-match-policy": "warn"}}}))
    assert said(cloud.objects(JUDGED, running("grafana/k6"))) == ""


@pytest.mark.parametrize(
    "glob", ["docker.io/grafana/k6:*", "registry-1.docker.io/grafana/k6@*", "grafana/k6:*", "redis:*"]
)
def test_a_glob_that_never_matches_is_refused(guarded: Cloud, glob: str) -> None:
    assert "never matches: the webhook sees Docker Hub's images as index.docker.io/" in said(
        guarded.objects(policy(glob))
    )


@pytest.mark.parametrize(
    ("authority", "expected"),
    [
        ({"keyless": KEYLESS, "signatureFormat": "bundle", "attestations": [SIGNED]}, ""),
        ({"keyless": KEYLESS, "signatureFormat": "legacy"}, ""),
        ({"key": {"kms": "awskms:///x"}, "signatureFormat": "legacy"}, ""),
        ({"keyless": KEYLESS, "signatureFormat": "bundle"}, "every image would be refused"),
        ({"key": {"kms": "awskms:///x"}, "signatureFormat": "bundle"}, "for a keyless authority alone"),
        ({"keyless": KEYLESS, "key": {"kms": "awskms:///x"}}, "exactly one of key, keyless, static"),
    ],
)
def test_signatures_are_found_where_the_controller_can_look(
    guarded: Cloud, authority: Properties, expected: str
) -> None:
    outcome = said(guarded.objects(policy("quay.io/a/b:*", **authority)))
    assert expected in outcome
    assert bool(expected) == bool(outcome)


def test_what_is_no_glob_is_refused(guarded: Cloud) -> None:
    assert "invalid glob 'quay.io/a b'" in said(guarded.objects(policy("quay.io/a b")))
