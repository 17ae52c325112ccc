"""What is inside a pod: ports, probes, environment, volumes, resources."""

from collections.abc import Iterator
from typing import Final

from sandbox.cloud.model import Properties, Value, at, known, objects, text
from sandbox.kubernetes.checks.base import Problems, Scene
from sandbox.kubernetes.objects import KubernetesObject, PodTemplate, mapping
from sandbox.kubernetes.quantity import quantity

_PROBES: Final = ("startupProbe", "readinessProbe", "livenessProbe")
_PORT_NAME_LIMIT: Final = 15


def check(scene: Scene) -> Problems:
    """Check the pods that the release's objects make."""
    for item in scene.own:
        if item.pods is not None:
            yield from _pod(item, item.pods)


def _pod(item: KubernetesObject, pods: PodTemplate) -> Problems:
    names: set[str] = set()
    volumes = _volumes(item, pods)
    yield from _duplicates(item, f"{pods.spec_path}.volumes", "volume name", volumes)
    for path, container in pods.containers():
        name = text(container, "name")
        if name is not None and name in names:
            yield item.problem(f"{path}.name", f"two containers are called {name!r}", "give each its own name")
        names.add(name or "")
        yield from _ports(item, path, container)
        yield from _probes(item, path, container)
        yield from _environment(item, path, container)
        yield from _mounts(item, path, container, volumes)
        yield from _resources(item, path, container)
    if item.kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
        policy = text(pods.spec, "restartPolicy")
        if policy not in (None, "Always"):
            yield item.problem(f"{pods.spec_path}.restartPolicy", f"{policy!r} is not allowed here; allowed: Always")
    elif item.kind in ("Job", "CronJob") and at(pods.spec, "restartPolicy") in (None, "Always"):
        yield item.problem(f"{pods.spec_path}.restartPolicy", "a Job needs one of: OnFailure, Never")


def _volumes(item: KubernetesObject, pods: PodTemplate) -> list[str]:
    claimed = objects(item.body, "spec.volumeClaimTemplates") if item.kind == "StatefulSet" else []
    named = [text(volume, "name") for volume in objects(pods.spec, "volumes")]
    return [name for name in [*named, *(text(claim, "metadata.name") for claim in claimed)] if name is not None]


def _duplicates(item: KubernetesObject, path: str, what: str, names: list[str]) -> Problems:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield item.problem(path, f"{what} {name!r} appears {names.count(name)} times", "keep one")


def container_ports(container: Properties) -> Iterator[tuple[str | None, Value]]:
    """Give a container's ports: name and number."""
    for port in objects(container, "ports"):
        yield text(port, "name"), at(port, "containerPort")


def _ports(item: KubernetesObject, path: str, container: Properties) -> Problems:
    seen: set[tuple[object, str]] = set()
    names = [name for name, _ in container_ports(container) if name is not None]
    yield from _duplicates(item, f"{path}.ports", "port name", names)
    for index, port in enumerate(objects(container, "ports")):
        number, protocol = at(port, "containerPort"), text(port, "protocol") or "TCP"
        if known(number) and (number, protocol) in seen:
            yield item.problem(f"{path}.ports[{index}]", f"{number}/{protocol} is listed twice", "keep one")
        seen.add((number, protocol))
        yield from port_range(item, f"{path}.ports[{index}].containerPort", number)
        name = text(port, "name")
        if name is not None and len(name) > _PORT_NAME_LIMIT:
            yield item.problem(f"{path}.ports[{index}].name", f"{name!r} has more than {_PORT_NAME_LIMIT} characters")


def port_range(item: KubernetesObject, path: str, number: Value) -> Problems:
    """Check that a port is between 1 and 65535."""
    if isinstance(number, int) and not isinstance(number, bool) and not 1 <= number <= 65535:  # noqa: PLR2004
        yield item.problem(path, f"{number} is not a port; allowed: 1-65535")


def _probes(item: KubernetesObject, path: str, container: Properties) -> Problems:
    names = [name for name, _ in container_ports(container) if name is not None]
    for probe in _PROBES:
        body = mapping(container, probe)
        handlers = [handler for handler in ("httpGet", "tcpSocket", "grpc", "exec") if handler in body]
        if body and len(handlers) != 1:
            yield item.problem(
                f"{path}.{probe}", f"needs exactly one of httpGet, tcpSocket, grpc, exec; has {handlers}"
            )
        for handler in ("httpGet", "tcpSocket"):
            port = at(body, f"{handler}.port")
            if isinstance(port, str) and port not in names:
                declared = ", ".join(names) or "none"
                yield item.problem(
                    f"{path}.{probe}.{handler}.port", f"no port is called {port!r}; declared: {declared}"
                )
        if (
            probe != "readinessProbe"
            and at(body, "successThreshold") not in (None, 1)
            and known(at(body, "successThreshold"))
        ):
            yield item.problem(f"{path}.{probe}.successThreshold", "must be 1 for this probe")


def _environment(item: KubernetesObject, path: str, container: Properties) -> Problems:
    names = [name for variable in objects(container, "env") if (name := text(variable, "name")) is not None]
    yield from _duplicates(item, f"{path}.env", "variable", names)
    for index, variable in enumerate(objects(container, "env")):
        if variable.get("value") not in (None, "") and variable.get("valueFrom") is not None:
            yield item.problem(f"{path}.env[{index}]", "has both value and valueFrom", "keep one")


def _mounts(item: KubernetesObject, path: str, container: Properties, volumes: list[str]) -> Problems:
    paths: list[str] = []
    for index, mount in enumerate(objects(container, "volumeMounts")):
        name, where = text(mount, "name"), text(mount, "mountPath")
        if name is not None and name not in volumes:
            declared = ", ".join(volumes) or "none"
            yield item.problem(
                f"{path}.volumeMounts[{index}].name", f"no volume is called {name!r}; declared: {declared}"
            )
        if where is not None:
            paths.append(where)
    yield from _duplicates(item, f"{path}.volumeMounts", "mount path", paths)


def _resources(item: KubernetesObject, path: str, container: Properties) -> Problems:
    requests = mapping(container, "resources.requests")
    limits = mapping(container, "resources.limits")
    for group, amounts in (("requests", requests), ("limits", limits)):
        for resource, amount in amounts.items():
            if known(amount) and quantity(amount) is None:
                yield item.problem(f"{path}.resources.{group}.{resource}", f"{amount!r} is not a quantity")
    for resource, amount in requests.items():
        request, limit = quantity(amount), quantity(limits.get(resource))
        if request is not None and limit is not None and request > limit:
            yield item.problem(
                f"{path}.resources.requests.{resource}",
                f"{amount} is above the limit of {limits[resource]}",
                "raise the limit or lower the request",
            )
