"""From a pod's specification to a part: containers, variables, probes, sizes and folders."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from settings.workload.outputs import PodOutput
from tools.importing.amounts import cores, kubernetes_memory
from tools.importing.found import Folder, FoundPort, FoundProbe, Part, Variable
from tools.importing.manifests.objects import Objects
from tools.importing.texts import escaped
from tools.importing.trees import Tree, at, mapping, sequence, text, texts, truth, whole

_EXPANDED = re.compile(r"\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")
_OUTPUTS: Final[dict[str, PodOutput]] = {"status.podIP": "pod.ip", "metadata.name": "pod.name"}
_LEFT_OUT: Final = {
    "hostNetwork": ("every pod has an address of its own", "reach others by their service's name"),
    "hostPID": ("a pod does not see other processes", "leave the feature out that needs it"),
    "affinity": ("pods are spread over zones and nodes", "see `placement:`"),
    "nodeSelector": ("a service's nodes are its pool's", "see `node_pools:`"),
    "tolerations": ("a service's nodes are its pool's", "see `node_pools:`"),
    "topologySpreadConstraints": ("pods are spread over zones", "see `placement:`"),
    "imagePullSecrets": ("images come from the stack's registry", "see docs/how-to/build-and-roll-out-images.md"),
    "hostAliases": ("names come from DNS alone", "make a DNS record"),
    "priorityClassName": ("the platform has classes of its own", "see `placement.priority`"),
}


def pod(name: str, origin: str, spec: Tree, objects: Objects, owner: Tree) -> Part:
    """Return the part that a pod's specification describes; containers beside the first become sidecars."""
    containers = sequence(at(spec, "containers"))
    part = Part(name=name, origin=origin)
    part.grace = whole(at(spec, "terminationGracePeriodSeconds"))
    user = whole(at(spec, "securityContext", "runAsUser"))
    part.user = user or None
    for key, (why, do) in _LEFT_OUT.items():
        if at(spec, key) not in (None, [], {}, "", "false"):
            part.note(key, why, do)
    for index, container in enumerate(containers):
        target = part
        if index:
            target = Part(name=text(at(container, "name")) or f"{name}-{index}", origin=origin)
            part.sidecars.append(target)
        _container(target, container, objects)
        _folders(target, container, spec, objects, owner)
    for container in sequence(at(spec, "initContainers")):
        _before(part, container)
    return part


def _before(part: Part, container: Tree) -> None:
    name = text(at(container, "name"))
    if text(at(container, "restartPolicy")) == "Always":
        part.note(
            f"sidecar {name}", "it is an init container that goes on", "describe it under `sidecars:`", "sidecars"
        )
        return
    said = " ".join((*texts(at(container, "command")), *texts(at(container, "args"))))
    if re.search(r"migrat", said):
        part.note(f"init container {name}", "it ran before each pod", f"state it as `migration:`: {said}"[:300])
        return
    why = "nothing runs before a pod's own containers"
    part.note(
        f"init container {name}",
        why,
        "let the process try again, or do it in the image; `waits_for` is for the database",
    )


def _container(part: Part, container: Tree, objects: Objects) -> None:
    part.image = text(at(container, "image")) or None
    part.command = tuple(texts(at(container, "command")))
    part.arguments = tuple(texts(at(container, "args")))
    for port in sequence(at(container, "ports")):
        number = whole(at(port, "containerPort"))
        if number is not None:
            udp = text(at(port, "protocol")) == "UDP"
            stated = text(at(port, "name")) or None
            part.ports.append(FoundPort(number=number, name=stated, protocol="UDP" if udp else "TCP"))
    for kept, below in ((part.requests, "requests"), (part.limits, "limits")):
        stated = at(container, "resources", below)
        amounts = {"cpu": cores(text(at(stated, "cpu"))), "memory": kubernetes_memory(text(at(stated, "memory")))}
        kept.update({key: amount for key, amount in amounts.items() if amount})
    part.startup = _probe(part, container, "startupProbe")
    part.readiness = _probe(part, container, "readinessProbe")
    part.liveness = _probe(part, container, "livenessProbe")
    context = at(container, "securityContext")
    part.read_only = truth(at(context, "readOnlyRootFilesystem"))
    part.user = whole(at(context, "runAsUser")) or part.user
    if truth(at(context, "privileged")):
        part.note("privileged", "a pod is never privileged", "run it elsewhere")
    if at(container, "lifecycle") is not None:
        part.note("lifecycle", "nothing runs beside a start or a stop", "see `drain_seconds`, or let the process do it")
    if text(at(container, "workingDir")):
        part.note("workingDir", "the image's own is used", "set it in the image, or write full paths")
    _variables(part, container, objects)


def _probe(part: Part, container: Tree, key: str) -> FoundProbe | None:
    stated = mapping(at(container, key))
    if not stated:
        return None
    return replace(
        _asked(part, stated, key),
        delay=whole(stated.get("initialDelaySeconds")) or 0,
        period=whole(stated.get("periodSeconds")) or 10,
        timeout=whole(stated.get("timeoutSeconds")) or 1,
        failures=whole(stated.get("failureThreshold")) or 3,
        successes=whole(stated.get("successThreshold")) or 1,
    )


def _asked(part: Part, stated: dict[str, Tree], key: str) -> FoundProbe:
    http = at(stated, "httpGet")
    if http is not None:
        if at(http, "httpHeaders") is not None:
            part.note(f"headers of the {key}", "a probe sends none", "let the path answer without them", "probes")
        port = _port(at(http, "port"))
        if text(at(http, "scheme")) == "HTTPS":
            part.note(f"HTTPS of the {key}", "a probe speaks HTTP", "the port alone is asked", "probes")
            return FoundProbe(port=port)
        return FoundProbe(path=text(at(http, "path")) or "/", port=port)
    if at(stated, "tcpSocket") is not None:
        return FoundProbe(port=_port(at(stated, "tcpSocket", "port")))
    if at(stated, "grpc") is not None:
        named = text(at(stated, "grpc", "service")) or None
        return FoundProbe(port=_port(at(stated, "grpc", "port")), grpc=True, grpc_service=named)
    return FoundProbe(command=tuple(texts(at(stated, "exec", "command"))))


def _port(stated: Tree) -> int | str | None:
    number = whole(stated)
    return number if number is not None else text(stated) or None


def _variables(part: Part, container: Tree, objects: Objects) -> None:
    for item in sequence(at(container, "envFrom")):
        prefix = text(at(item, "prefix"))
        for kind, reference in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
            name = text(at(item, reference, "name"))
            if name:
                _all_of(part, objects, kind, name, prefix)
    for item in sequence(at(container, "env")):
        name = text(at(item, "name"))
        source = at(item, "valueFrom")
        if source is None:
            part.variables[name] = _stated(part, name, text(at(item, "value")))
        else:
            _from(part, name, source, objects)


def _stated(part: Part, name: str, value: str) -> Variable:
    """Return a variable of this text, with the variables before it that it names as $(NAME) filled in."""
    own = {each: before.composed for each, before in part.variables.items() if before.composed is not None}
    known = {each: before.text or "" for each, before in part.variables.items() if each not in own}
    if own.keys() & {match[1] for match in _EXPANDED.finditer(value)}:
        known = {each: escaped(filled) for each, filled in known.items()} | own
        return Variable(name=name, text=None, composed=_filled(escaped(value), known))
    return Variable(name=name, text=_filled(value, known))


def _filled(value: str, known: Mapping[str, str]) -> str:
    return _EXPANDED.sub(lambda match: known.get(match[1], match[0]), value)


def _all_of(part: Part, objects: Objects, kind: str, name: str, prefix: str) -> None:
    known = objects.named(kind, name)
    if known is None:
        why = f"the {kind} is not here, and so its variables are not"
        part.note(f"envFrom {name}", why, "name its keys under `secrets:` or `environment:`", "environment")
        return
    keys = {**mapping(known.data.get("data")), **mapping(known.data.get("stringData"))}
    for key, value in keys.items():
        guarded = kind == "Secret"
        # A Secret's value is never written; its text in clear alone is looked at, for addresses of stores.
        plain = key in mapping(known.data.get("stringData")) or not guarded
        part.variables[prefix + key] = Variable(name=prefix + key, text=text(value) if plain else None, guarded=guarded)


def _from(part: Part, name: str, source: Tree, objects: Objects) -> None:
    secret, config = at(source, "secretKeyRef"), at(source, "configMapKeyRef")
    if secret is not None:
        known = objects.named("Secret", text(at(secret, "name")))
        value = at(known.data, "stringData", text(at(secret, "key"))) if known else None
        part.variables[name] = Variable(name=name, text=text(value) or None, guarded=True)
    elif config is not None:
        known = objects.named("ConfigMap", text(at(config, "name")))
        value = at(known.data, "data", text(at(config, "key"))) if known else None
        part.variables[name] = Variable(name=name, text=value if isinstance(value, str) else None)
    else:
        path = text(at(source, "fieldRef", "fieldPath")) or text(at(source, "resourceFieldRef", "resource"))
        output = _OUTPUTS.get(path)
        if output is not None:
            part.variables[name] = Variable(name=name, text=None, composed=f"{{{output}}}")
            return
        why = "not supported: of the pod's own fields a variable has its address and its name"
        part.note(f"{name} ({path})", why, "state a value, or leave it out", "environment", name)


def _folders(part: Part, container: Tree, spec: Tree, objects: Objects, owner: Tree) -> None:
    volumes = {text(at(item, "name")): item for item in sequence(at(spec, "volumes"))}
    claims = {text(at(item, "metadata", "name")): item for item in sequence(at(owner, "volumeClaimTemplates"))}
    for mount in sequence(at(container, "volumeMounts")):
        name, path = text(at(mount, "name")), text(at(mount, "mountPath"))
        if name in claims:
            size = kubernetes_memory(text(at(claims[name], "spec", "resources", "requests", "storage")))
            part.folders.append(Folder(path=path, kind="each", volume=name, size=size))
        elif name in volumes:
            _volume(part, path, mount, volumes[name], objects)


def _volume(part: Part, path: str, mount: Tree, volume: Tree, objects: Objects) -> None:
    name = text(at(volume, "name"))
    if "emptyDir" in mapping(volume):
        part.folders.append(Folder(path=path, kind="scratch", volume=name))
    elif at(volume, "persistentVolumeClaim") is not None:
        claim = objects.named("PersistentVolumeClaim", text(at(volume, "persistentVolumeClaim", "claimName")))
        modes = texts(at(claim.spec, "accessModes")) if claim else []
        size = kubernetes_memory(text(at(claim.spec, "resources", "requests", "storage"))) if claim else None
        kind = "shared" if "ReadWriteMany" in modes else "kept"
        used = text(at(volume, "persistentVolumeClaim", "claimName"))
        below = text(at(mount, "subPath"))
        used = f"{used}/{below}" if below else used
        part.folders.append(Folder(path=path, kind=kind, volume=used, size=size))
    elif at(volume, "configMap") is not None:
        _config(part, path, mount, volume, objects)
    elif at(volume, "secret") is not None:
        _secret(part, path, mount, volume, objects)
    else:
        kind = ", ".join(sorted(mapping(volume).keys() - {"name"}))
        part.note(f"volume {name} ({kind}) at {path}", "there is no counterpart here", "see `volumes:`", "volumes")


def _keys(mount: Tree, volume: Tree, reference: str, known: list[str], path: str) -> dict[str, str]:
    """Return the path of each key of a mounted ConfigMap or Secret."""
    items = {text(at(item, "key")): text(at(item, "path")) for item in sequence(at(volume, reference, "items"))}
    files = items or {key: key for key in known}
    below = text(at(mount, "subPath"))
    if below:
        return {key: path for key, place in files.items() if place == below}
    return {key: f"{path.rstrip('/')}/{place}" for key, place in files.items()}


def _config(part: Part, path: str, mount: Tree, volume: Tree, objects: Objects) -> None:
    name = text(at(volume, "configMap", "name"))
    known = objects.named("ConfigMap", name)
    if known is None:
        part.note(f"ConfigMap {name} at {path}", "it is not here", "state its texts under `files:`", "files")
        return
    data = mapping(known.data.get("data"))
    for key, place in _keys(mount, volume, "configMap", [*data], path).items():
        if key in data:
            part.files[place] = text(data[key])


def _secret(part: Part, path: str, mount: Tree, volume: Tree, objects: Objects) -> None:
    name = text(at(volume, "secret", "secretName"))
    known = objects.named("Secret", name)
    keys = [*mapping(known.data.get("data")), *mapping(known.data.get("stringData"))] if known else []
    places = _keys(mount, volume, "secret", keys, path)
    if not places:
        part.note(f"Secret {name} at {path}", "its keys are not here", "name each under `files:`", "files")
    for key, place in places.items():
        part.secret_files[place] = f"{name}_{key}"
