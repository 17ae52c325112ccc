"""What Application Auto Scaling refuses."""

from collections.abc import Iterator

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Record, World, text


def scalable(record: Record, world: World) -> Iterator[Diagnostic]:
    resource = text(record.inputs, "resourceId")
    if resource is None or text(record.inputs, "serviceNamespace") != "ecs":
        return
    services = world.of_type(facts.SERVICE)
    if any(not each.id or each.id.endswith(f":{resource}") for each in services):
        return
    reason = f"ECS service doesn't exist: {resource}"
    yield reject("resourceId", "ValidationException", reason, "take it from the service's output")


def registered(record: Record, world: World) -> Iterator[Diagnostic]:
    resource = text(record.inputs, "resourceId")
    targets = [text(each.inputs, "resourceId") for each in world.of_type(facts.SCALING_TARGET)]
    if resource is not None and resource not in targets:
        message = f"No scalable target registered for resource ID: {resource}"
        yield reject("resourceId", "ObjectNotFoundException", message, "take it from the target's output")
