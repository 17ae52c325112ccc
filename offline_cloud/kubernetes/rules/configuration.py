"""ConfigMaps and Secrets.

https://kubernetes.io/docs/concepts/configuration/secret/#secret-types
"""

import base64
import binascii
import json
from typing import Final

from offline_cloud.cloud.model import UNKNOWN, Value, known, text
from offline_cloud.kubernetes.objects import mapping
from offline_cloud.kubernetes.rules import forms
from offline_cloud.kubernetes.rules.base import Fault, Faults, rule
from offline_cloud.kubernetes.rules.metadata import formed
from offline_cloud.kubernetes.typed import Node, at_key

_LARGEST: Final = 1024 * 1024
_NEEDED: Final = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}
_JSON: Final = {"kubernetes.io/dockerconfigjson": ".dockerconfigjson", "kubernetes.io/dockercfg": ".dockercfg"}
_ACCOUNT: Final = "kubernetes.io/service-account.name"


@rule("core.v1.ConfigMap")
def settings(node: Node) -> Faults:
    """Keys, each in one part, and no more than 1 MiB."""
    data, binary = mapping(node.body, "data"), mapping(node.body, "binaryData")
    yield from _keys(node, "data", "binaryData")
    for key in sorted(data.keys() & binary.keys()):
        yield Fault(at_key("data", key), f"{key!r} stands in data and in binaryData", "keep one")
    yield from _size("", [*data.values(), *binary.values()])


@rule("core.v1.Secret")
def secret(node: Node) -> Faults:
    """Keys, what the type asks for, and no more than 1 MiB."""
    data, plain = mapping(node.body, "data"), mapping(node.body, "stringData")
    yield from _keys(node, "data", "stringData")
    yield from _size("data", [*data.values(), *plain.values()])
    kind = text(node.body, "type") or "Opaque"
    if UNKNOWN in (node.body.get("data"), node.body.get("stringData")):
        return
    held = data.keys() | plain.keys()
    for key in _NEEDED.get(kind, ()):
        if key not in held:
            yield Fault(at_key("data", key), f"a Secret of type {kind} needs it", "state it, or another type")
    if kind == "kubernetes.io/basic-auth" and not held & {"username", "password"}:
        yield Fault("data", f"a Secret of type {kind} needs username or password")
    account = mapping(node.body, "metadata.annotations").get(_ACCOUNT)
    if kind == "kubernetes.io/service-account-token" and not account and known(account or ""):
        yield Fault("metadata.annotations", f"a Secret of type {kind} names its account by {_ACCOUNT}")
    if kind in _JSON:
        yield from _is_json(_JSON[kind], data, plain)


def _keys(node: Node, *members: str) -> Faults:
    for member in members:
        for key in mapping(node.body, member):
            yield from formed(at_key(member, key), key, forms.config_key)


def _size(path: str, values: list[Value]) -> Faults:
    size = sum(len(value) for value in values if isinstance(value, str))
    if size > _LARGEST:
        yield Fault(path, f"{size} bytes; allowed: {_LARGEST}")


def _is_json(key: str, data: dict[str, Value], plain: dict[str, Value]) -> Faults:
    stated, encoded = plain.get(key), data.get(key)
    try:
        content = (
            stated if isinstance(stated, str) else base64.b64decode(encoded if isinstance(encoded, str) else "e30=")
        )
        json.loads(content)
    except (ValueError, binascii.Error):
        yield Fault(at_key("data", key), "is not JSON", "as `kubectl create secret docker-registry` writes it")
