"""What Sigstore's policy-controller refuses: policies that can never be met, and pods whose images no policy names.

https://github.com/sigstore/policy-controller at v0.13.1: pkg/apis/glob/glob.go and pkg/webhook/validator.go.
"""

import re
from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.model import Properties, known, objects, text
from offline_cloud.kubernetes.checks.base import Diagnostics, Scene
from offline_cloud.kubernetes.cluster import Installed
from offline_cloud.kubernetes.objects import KubernetesObject, find, mapping

_GROUP: Final = "policy.sigstore.dev"
_CONTROLLER: Final = "policy-controller"
_LABEL: Final = "policy.sigstore.dev/include"
_GLOB: Final = re.compile(r"[a-zA-Z0-9_:/*.@-]+")
_HUB: Final = "index.docker.io/"
_SIGNED: Final = "https://sigstore.dev/cosign/sign/v1"


def check(scene: Scene) -> Diagnostics:
    """Check the release's policies, and its pods against all policies."""
    for item in scene.own:
        if item.group == _GROUP and item.kind == "ClusterImagePolicy":
            yield from _policy(item)
    controller = next((each for each in scene.cluster.others if each.inputs.chart_name == _CONTROLLER), None)
    if controller is not None:
        yield from _pods(scene, controller)


def _policy(item: KubernetesObject) -> Diagnostics:
    for index, image in enumerate(objects(item.body, "spec.images")):
        glob, path = text(image, "glob"), f"spec.images[{index}].glob"
        if glob is None:
            continue
        if not _GLOB.fullmatch(glob):
            yield item.diagnostic(path, f"invalid glob {glob!r}")
        elif glob.startswith(("docker.io/", "registry-1.docker.io/")) or not _has_registry(glob):
            reason = f"{glob!r} never matches: the webhook sees Docker Hub's images as {_HUB}…"
            yield item.diagnostic(path, reason, f"begin it with {_HUB}, and with {_HUB}library/ for an official image")
    for index, authority in enumerate(objects(item.body, "spec.authorities")):
        yield from _authority(item, authority, f"spec.authorities[{index}]")


def _has_registry(glob: str) -> bool:
    first = glob.partition("/")[0]
    return "/" in glob and ("." in first or ":" in first or "*" in first)


def _authority(item: KubernetesObject, authority: Properties, path: str) -> Diagnostics:
    kinds = [kind for kind in ("key", "keyless", "static") if mapping(authority, kind)]
    if len(kinds) != 1:
        yield item.diagnostic(path, "needs exactly one of key, keyless, static")
    if text(authority, "signatureFormat") != "bundle":
        return
    if "keyless" not in kinds:
        yield item.diagnostic(
            f"{path}.signatureFormat", "bundle is possible for a keyless authority alone", "use legacy"
        )
    elif not objects(authority, "attestations"):
        reason = "a bundle is looked into only for attestations: every image would be refused"
        yield item.diagnostic(f"{path}.signatureFormat", reason, f"ask for an attestation of predicateType {_SIGNED}")


def _pods(scene: Scene, controller: Installed) -> Diagnostics:
    """Refuse pods of namespaces that ask to be judged, where nothing says that such an image may run."""
    if text(controller.inputs.values, "webhook.configData.no-match-policy") in ("allow", "warn"):
        return
    policies = [item for item in scene.everything if item.group == _GROUP and item.kind == "ClusterImagePolicy"]
    globs = [at for policy in policies for at in objects(policy.body, "spec.images")]
    if any(not known(glob.get("glob", "")) for glob in globs):
        return
    patterns = [_pattern(glob) for image in globs if (glob := text(image, "glob")) is not None]
    for item in scene.own:
        if item.pods is None or not _is_judged(scene, item.namespace):
            continue
        for path, image in _images(item):
            if not any(pattern.fullmatch(canonical(image)) for pattern in patterns):
                reason = f"no policy matches {canonical(image)}, so its pods are refused"
                yield item.diagnostic(path, reason, "name the image in a ClusterImagePolicy, and install that first")


def _images(item: KubernetesObject) -> Iterator[tuple[str, str]]:
    assert item.pods is not None  # noqa: S101 -- for the type checker: the caller has looked
    for path, container in item.pods.containers():
        image = text(container, "image")
        if image is not None:
            yield f"{path}.image", image


def _is_judged(scene: Scene, namespace: str) -> bool:
    found = find(scene.everything, "Namespace", "", namespace)
    return found is not None and mapping(found.body, "metadata.labels").get(_LABEL) == "true"


def _pattern(glob: str) -> re.Pattern[str]:
    """Translate a glob as the controller does: ``*`` stops at a slash, ``**`` does not."""
    parts = (
        "".join("[^/]*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", each))
        for each in glob.split("**")
    )
    return re.compile(".*".join(parts))


def canonical(image: str) -> str:
    """Spell an image's name out as the webhook sees it: with its registry, and its tag or digest."""
    name, _, digest = image.partition("@")
    before, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    repository = f"{before}{slash}{last}"
    first, _, rest = repository.partition("/")
    registry, path = (first, rest) if rest and ("." in first or ":" in first) else ("docker.io", repository)
    if registry in ("docker.io", "index.docker.io"):
        repository = f"{_HUB}{path}" if "/" in path else f"{_HUB}library/{path}"
    return f"{repository}@{digest}" if digest else f"{repository}:{tag or 'latest'}"
