"""What a product's tasks on ECS can hold, and the one machine that may carry them all."""

import json
from collections.abc import Iterator

from settings.checks.context import StackContext
from settings.hosts import HOST_TYPES
from settings.problems import Finding
from settings.raw import Path
from settings.suggest import choose, listed
from settings.workload.jobs import Job

_TASK_DEFINITION_BYTES = 65_536
_OTHER_BYTES = 16_384
"""A task definition takes 64 KiB of JSON; a quarter is for all that is not a file
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html)."""


def check(context: StackContext) -> Iterator[Finding]:
    """What a task cannot hold: a volume that outlives it, and more text than its definition takes."""
    most = _TASK_DEFINITION_BYTES - _OTHER_BYTES
    product: tuple[Path, ...] = (("workload",),)
    for name, service in context.running.services.items():
        if any(volume.kind == "persistent" for volume in service.volumes.values()):
            allowed = f"eks: {name} has a persistent volume, and a task's end with it"
            yield Finding(("runtime",), "ecs", allowed, "write eks, or make the volume scratch or disk", product)
        if context.stack.ecs.host and any(volume.kind == "shared" for volume in service.volumes.values()):
            allowed = f"none: {name} has a shared folder, which a task mounts with an address and a role of its own"
            mend = "remove `host:`, or make the volume scratch or disk"
            yield Finding(("ecs", "host"), "a machine", allowed, mend, product)
        config = service.config.files.values() if service.config else ()
        texts = [*config, *(file.content for file in service.files.values() if file.content is not None)]
        given = sum(len(json.dumps(json.dumps(text))) for text in texts)
        if given > most:
            allowed = f"eks: {name}'s files are {given:,} bytes in JSON, and its task definition has room for {most:,}"
            yield Finding(("runtime",), "ecs", allowed, "write eks, or shorten the files", product)
    yield from _host(context)


def _host(context: StackContext) -> Iterator[Finding]:
    """The one machine is of a type that is known and of the tasks' processor, and tasks on it share no address."""
    ecs, place = context.stack.ecs, ("ecs", "host", "instance_type")
    if ecs.host is None:
        return
    given = ecs.host.instance_type
    known = HOST_TYPES.get(given)
    if known is None:
        yield Finding(place, given, f"one of {listed(HOST_TYPES)}", choose(given, HOST_TYPES, "name one of these"))
    elif known.architecture != ecs.architecture:
        fitting = [name for name, each in HOST_TYPES.items() if each.architecture == ecs.architecture]
        allowed = f"an {ecs.architecture} type, as ecs.architecture says: {listed(fitting)}"
        mend = f"name one of these, or write ecs.architecture: {known.architecture}"
        yield Finding(place, given, allowed, mend, (("ecs", "architecture"),))
    if ecs.prometheus:
        allowed = "false with ecs.host: on one machine a collector has no way to its service"
        yield Finding(("ecs", "prometheus"), True, allowed, "write false, or leave ecs.host out", (("ecs", "host"),))
    traced = [name for name, service in context.running.services.items() if "telemetry" in service.uses]
    if traced:
        allowed = f"none: {listed(traced)} sends traces to a collector in its own task, which has no address here"
        yield Finding(("ecs", "host"), given, allowed, "leave it out, or `telemetry` under uses", (("workload",),))


def names_another(job: Job) -> bool:
    """Tell whether a job reaches a service or the pooler by a name that only services of ECS know."""
    return bool(job.calls) or "pooler" in job.uses
