"""What a kubelet would not find in a pod, the port that a probe names; and what stands twice in one and works."""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.model import UNKNOWN, Properties, Value, at, known, objects, text
from offline_cloud.kubernetes.checks.base import Diagnostics, Scene
from offline_cloud.kubernetes.objects import KubernetesObject, mapping

_PROBES: Final = ("startupProbe", "readinessProbe", "livenessProbe")


def check(scene: Scene) -> Diagnostics:
    """Check the pods that the release's objects make; their form is checked by `offline_cloud.kubernetes.rules`."""
    for item in scene.own:
        if item.pods is not None:
            for path, container in item.pods.containers():
                yield from _probes(item, path, container)
                yield from _twice(item, path, container)
                yield from _image(item, path, container)


def _probes(item: KubernetesObject, path: str, container: Properties) -> Diagnostics:
    if any(port.get("name") is UNKNOWN for port in objects(container, "ports")):
        return
    names = [name for name, _ in container_ports(container) if name is not None]
    for probe in _PROBES:
        for handler in ("httpGet", "tcpSocket"):
            port = at(mapping(container, probe), f"{handler}.port")
            if isinstance(port, str) and port not in names:
                declared = ", ".join(names) or "none"
                yield item.diagnostic(
                    f"{path}.{probe}.{handler}.port", f"no port is called {port!r}; declared: {declared}"
                )


def _image(item: KubernetesObject, path: str, container: Properties) -> Diagnostics:
    """The API server takes a template with such an image, and then refuses each of its pods."""
    image = text(container, "image") or ""
    if image != image.strip() and item.kind != "Pod":
        reason = f"{image!r} begins or ends with a space, so no pod could be made"
        yield item.diagnostic(f"{path}.image", reason, "leave the space out")


def _twice(item: KubernetesObject, path: str, container: Properties) -> Diagnostics:
    """Note what the API server warns of and takes."""
    ports: list[object] = []
    for index, port in enumerate(objects(container, "ports")):
        place = (at(port, "containerPort"), text(port, "protocol") or "TCP")
        if place in ports and known(place[0]):
            yield item.note(f"{path}.ports[{index}]", f"{place[0]}/{place[1]} is listed already", "keep one")
        ports.append(place)
    names: list[str | None] = []
    for index, variable in enumerate(objects(container, "env")):
        name = text(variable, "name")
        if name is not None and name in names:
            reason = f"variable {name!r} is stated already, and this one holds"
            yield item.note(f"{path}.env[{index}]", reason, "keep one")
        names.append(name)


def container_ports(container: Properties) -> Iterator[tuple[str | None, Value]]:
    """Give a container's ports: name and number."""
    for port in objects(container, "ports"):
        yield text(port, "name"), at(port, "containerPort")
