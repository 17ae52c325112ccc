"""What ECS refuses."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final, cast

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Properties, Record, World, items, number, objects, text
from offline_cloud.cloud.services.ecr.registries import blocked

_CLIENT: Final = "ClientException"
_INVALID: Final = "InvalidParameterException"
_GIB: Final = 1024
_DEFINITION_BYTES: Final = 65_536
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
_FARGATE: Final[dict[int, Iterable[int]]] = {
    256: (512, _GIB, 2 * _GIB),
    512: range(_GIB, 4 * _GIB + 1, _GIB),
    1024: range(2 * _GIB, 8 * _GIB + 1, _GIB),
    2048: range(4 * _GIB, 16 * _GIB + 1, _GIB),
    4096: range(8 * _GIB, 30 * _GIB + 1, _GIB),
    8192: range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB),
    16384: range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB),
}
_Container = dict[str, object]


def reject(property: str, code: str, message: str, fix: str = "") -> Diagnostic:
    """Refuse in the service's words; most of these say themselves how to put it right."""
    return facts.reject(property, code, message, fix)


def containers(inputs: Properties) -> list[_Container] | None:
    """Read the containers; ``None`` when they are not known yet, or no list of objects."""
    value = inputs.get("containerDefinitions")
    if value is UNKNOWN or not isinstance(value, str):
        return None
    try:
        read = json.loads(value)
    except ValueError:
        return None
    if not isinstance(read, list):
        return None
    return [cast("_Container", each) for each in cast("list[object]", read) if isinstance(each, dict)]


def task_size(inputs: Properties, _region: str) -> Iterator[Diagnostic]:
    if "FARGATE" not in items(inputs, "requiresCompatibilities"):
        return
    if text(inputs, "networkMode") not in ("awsvpc", None) or "networkMode" not in inputs:
        yield reject("networkMode", _CLIENT, "Fargate only supports network mode 'awsvpc'", "set networkMode to awsvpc")
    cpu, memory = text(inputs, "cpu"), text(inputs, "memory")
    if cpu is None or memory is None:
        yield reject("cpu", _CLIENT, "Fargate requires that 'cpu' and 'memory' be defined at the task level")
        return
    units, mebibytes = _in_units(cpu, "vcpu"), _in_units(memory, "gb")
    if units is None or mebibytes is None or mebibytes not in _FARGATE.get(units, ()):
        reason = f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory"
        yield reject("memory", _CLIENT, reason, "choose a pair of Fargate's table")


def _in_units(stated: str, word: str) -> int | None:
    """Read a size as ECS does: ``1024``, or in words such as ``1 vCPU`` and ``0.5 GB``; ``None`` for another form."""
    number, _, rest = stated.lower().replace(" ", "").partition(word)
    if number == stated and number.isdigit():
        return int(number)
    fits = not rest and word in stated.lower() and re.fullmatch(r"\d*\.?\d+", number)
    return round(float(number) * _GIB) if fits else None


def container_list(inputs: Properties, _region: str) -> Iterator[Diagnostic]:
    where = "containerDefinitions"
    given = text(inputs, where)
    if given is not None and len(given.encode()) > _DEFINITION_BYTES:
        message = f"Actual length: '{len(given.encode())}'. Max allowed length is '{_DEFINITION_BYTES}' bytes."
        yield reject(where, _CLIENT, message, "keep large files elsewhere")
    if isinstance(inputs.get(where), str) and containers(inputs) is None:
        yield reject(where, _CLIENT, "Container definitions are not a list of objects in JSON")
        return
    listed = containers(inputs)
    if listed is None:
        return
    names = [str(each.get("name")) for each in listed]
    if len(set(names)) != len(names):
        yield reject(where, _CLIENT, "Container names should be unique")
    if not any(each.get("essential", True) for each in listed):
        yield reject(where, _CLIENT, "Invalid number of essential containers: at least one is needed")
    volumes = {text(volume, "name") for volume in objects(inputs, "volumes")}
    for index, each in enumerate(listed):
        yield from _container(f"{where}[{index}]", each, names, volumes)


def _container(path: str, container: _Container, names: list[str], volumes: set[str | None]) -> Iterator[Diagnostic]:
    for mount in _objects(container, "mountPoints"):
        if mount.get("sourceVolume") not in volumes:
            yield reject(f"{path}.mountPoints", _CLIENT, f"Unknown volume '{mount.get('sourceVolume')}'")
    for other in _objects(container, "dependsOn"):
        if other.get("containerName") not in names or other.get("containerName") == container.get("name"):
            yield reject(f"{path}.dependsOn", _CLIENT, f"No other container is named '{other.get('containerName')}'")
    for secret in _objects(container, "secrets"):
        if not str(secret.get("valueFrom", "")).startswith("arn:"):
            yield reject(f"{path}.secrets", _CLIENT, f"{secret.get('name')} names no ARN")
    given = [each.get("name") for key in ("environment", "secrets") for each in _objects(container, key)]
    twice = sorted({str(name) for name in given if given.count(name) > 1})
    if twice:
        yield reject(f"{path}.secrets", _CLIENT, f"The secret name must be unique: {', '.join(twice)}")


def _objects(container: _Container, key: str) -> list[_Container]:
    value = container.get(key)
    return [cast("_Container", each) for each in cast("list[object]", value)] if isinstance(value, list) else []


def referenced(record: Record, world: World) -> Iterator[Diagnostic]:
    """What a task reads and writes when it starts is there."""
    for index, container in enumerate(containers(record.inputs) or ()):
        path = f"containerDefinitions[{index}]"
        log = container.get("logConfiguration")
        options = cast("_Container", log).get("options") if isinstance(log, dict) else None
        group = cast("_Container", options).get("awslogs-group") if isinstance(options, dict) else None
        if isinstance(group, str) and facts.named(world, facts.LOG_GROUP, group, record.region) is None:
            yield reject(f"{path}.logConfiguration", "ResourceNotFoundException", f"There is no log group {group}")
        for secret in _objects(container, "secrets"):
            yield from _secret(f"{path}.secrets", str(secret.get("valueFrom", "")), world)


def _secret(path: str, value_from: str, world: World) -> Iterator[Diagnostic]:
    """A full ARN names a secret of ours; one without its six characters may name what somebody else keeps."""
    arn = ":".join(value_from.split(":")[:7])
    known = [record.arn for record in world.of_type(facts.SECRET)]
    if not re.search(r"-[A-Za-z0-9]{6}$", arn) or not any(known) or arn in known:
        return
    stem = arn[:-7]
    if any(other is not None and other[:-7] == stem for other in known):
        yield reject(path, "ResourceNotFoundException", f"There is no secret {arn}", "refer to the secret's output")


def placement(inputs: Properties, _region: str) -> Iterator[Diagnostic]:
    strategies = objects(inputs, "capacityProviderStrategies")
    if strategies and "launchType" in inputs:
        yield reject("launchType", _INVALID, "Specifying both a launch type and capacity provider strategy is invalid")
    if sum(1 for each in strategies if (number(each, "base") or 0) > 0) > 1:
        message = "Only one capacity provider in a capacity provider strategy can have a base defined"
        yield reject("capacityProviderStrategies", _INVALID, message)
    if strategies and not any(number(each, "weight") for each in strategies):
        yield reject("capacityProviderStrategies", _INVALID, "At least one weight must be greater than 0")
    if "networkConfiguration" not in inputs and text(inputs, "launchType") != "EC2":
        message = "Network Configuration must be provided when networkMode 'awsvpc' is specified"
        yield reject("networkConfiguration", _INVALID, message)


def balanced(record: Record, world: World) -> Iterator[Diagnostic]:
    """The container that the load balancer asks is in the task, opens the port, and is known by its address."""
    definition = world.by_arn(text(record.inputs, "taskDefinition") or "")
    listed = containers(definition.inputs) if definition else None
    for index, balancer in enumerate(objects(record.inputs, "loadBalancers")):
        path = f"loadBalancers[{index}]"
        name, port = text(balancer, "containerName"), number(balancer, "containerPort")
        if listed is not None:
            found = [each for each in listed if each.get("name") == name]
            ports = [mapping.get("containerPort") for each in found for mapping in _objects(each, "portMappings")]
            if port not in ports:
                message = f"The container {name} did not have a container port {port} defined"
                yield reject(f"{path}.containerPort", _INVALID, message)
        group = world.by_arn(text(balancer, "targetGroupArn") or "")
        mode = text(definition.inputs, "networkMode") if definition else "awsvpc"
        wanted = "ip" if mode == "awsvpc" else "instance"
        if group is not None and text(group.inputs, "targetType") != wanted:
            message = f"The provided target group {group.name} has a target type other than {wanted}"
            fix = f"{mode} tasks join by {'address' if wanted == 'ip' else 'machine and port'}"
            yield reject(f"{path}.targetGroupArn", _INVALID, message, fix)


def pullable(record: Record, world: World) -> Iterator[Diagnostic]:
    """A task whose image an S3 gateway endpoint keeps away never starts: CannotPullContainerError."""
    images = (str(each["image"]) for each in containers(record.inputs) or () if "image" in each)
    for no in blocked(images, record.stack, record.region, world):
        yield reject("containerDefinitions", "CannotPullContainerError", no.reason, no.fix)
