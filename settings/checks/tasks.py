"""What a product's tasks on ECS can hold, and the one machine that may carry them all."""

import json
from collections.abc import Iterator

from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.facts.hosts import HOST_TYPES
from settings.runtimes import Feature, offering
from settings.suggest import choose, listed

_TASK_DEFINITION_BYTES = 65_536
_OTHER_BYTES = 16_384
"""A task definition takes 64 KiB of JSON; a quarter is for all that is not a file
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html)."""


def check(context: StackContext) -> Iterator[Diagnostic]:
    """What a task cannot hold: a volume that outlives it, and more text than its definition takes."""
    most, lacks = _TASK_DEFINITION_BYTES - _OTHER_BYTES, context.stack.offers.lacks
    for name, service in context.running.services.items():
        volumes = of_product(*(("services", name, "volumes", path) for path in service.volumes))
        lack, able = lacks.get(Feature.PERSISTENT_VOLUMES), offering(Feature.PERSISTENT_VOLUMES)
        if lack is not None and any(volume.kind == "persistent" for volume in service.volumes.values()):
            allowed = f"{able}: {name} has a persistent volume, and {lack.why}"
            fix = f"write {able}, or make the volume scratch or disk"
            yield Diagnostic(("runtime",), context.stack.runtime, allowed, fix, volumes)
        if context.stack.ecs.host and any(volume.kind == "shared" for volume in service.volumes.values()):
            allowed = (
                f"none: {name} has a shared folder, and only a task with an address and a role of its own can mount one"
            )
            fix = "remove `host:`, or make the volume scratch or disk"
            yield Diagnostic(("ecs", "host"), "a machine", allowed, fix, volumes)
        config = service.config.files.values() if service.config else ()
        texts = [*config, *(file.content for file in service.files.values() if file.content is not None)]
        given = sum(len(json.dumps(json.dumps(text))) for text in texts)
        if Feature.LONG_FILES in lacks and given > most:
            able = offering(Feature.LONG_FILES)
            allowed = f"{able}: {name}'s files are {given:,} bytes in JSON; its task definition has room for {most:,}"
            concerns = of_product(("services", name, "files"), ("services", name, "config", "files"))
            fix = f"write {able}, or shorten the files"
            yield Diagnostic(("runtime",), context.stack.runtime, allowed, fix, concerns)
    yield from _host(context)


def _host(context: StackContext) -> Iterator[Diagnostic]:
    """The one machine is of a type that is known and of the tasks' processor, and tasks on it share no address."""
    ecs, place = context.stack.ecs, ("ecs", "host", "instance_type")
    if ecs.host is None:
        return
    given = ecs.host.instance_type
    known = HOST_TYPES.get(given)
    if known is None:
        yield Diagnostic(place, given, f"one of {listed(HOST_TYPES)}", choose(given, HOST_TYPES, "name one of these"))
    elif known.architecture != ecs.architecture:
        fitting = [name for name, each in HOST_TYPES.items() if each.architecture == ecs.architecture]
        allowed = f"an {ecs.architecture} type, as ecs.architecture says: {listed(fitting)}"
        fix = f"name one of these, or write ecs.architecture: {known.architecture}"
        yield Diagnostic(place, given, allowed, fix, (("ecs", "architecture"),))
    for index, route in enumerate(context.workload.ingress.routes):
        if route.health_port is not None:
            why = f"port {route.health_port} of {route.service} is another on each machine, and a target group asks one"
            concerns = of_product(("ingress", "routes", index, "health_port"))
            fix = "leave `host:` out, or `health_port:` in the product"
            yield Diagnostic(("ecs", "host"), given, f"not supported: a health port on a host: {why}", fix, concerns)
    if ecs.prometheus:
        allowed = "false with ecs.host: on one machine a collector cannot reach its service"
        yield Diagnostic(("ecs", "prometheus"), True, allowed, "write false, or leave ecs.host out", (("ecs", "host"),))
    traced = [name for name, service in context.running.services.items() if "telemetry" in service.uses]
    if traced:
        allowed = (
            f"none: {listed(traced)} sends traces to a collector in its own task, which it cannot reach on one machine"
        )
        concerns = of_product(*(("services", name, "uses") for name in traced))
        yield Diagnostic(("ecs", "host"), given, allowed, "leave it out, or `telemetry` under uses", concerns)
