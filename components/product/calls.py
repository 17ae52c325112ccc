"""Which services and jobs of a product connect to which, by name."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.product.pooler import POOLER, PORT_NAME
from settings import PlatformSettings
from settings.arithmetic.pooler import pooler_of
from settings.workload.jobs import Job
from settings.workload.service import Service


@dataclass(frozen=True, kw_only=True)
class Call:
    """A connection that a service or job opens: to which service, and to which of its ports, by name and number."""

    caller: str
    called: str
    port: str
    number: int


def calls(settings: PlatformSettings) -> tuple[Call, ...]:
    """Return the calls that the workload file names: those of services first, then those of jobs."""
    services = settings.workload.services
    return tuple(
        Call(
            caller=caller,
            called=call.service,
            port=call.port,
            number=services[call.service].pod_ports[call.port].number,
        )
        for caller, each in _callers(settings)
        for call in each.calls
    )


def pooler_calls(settings: PlatformSettings) -> tuple[Call, ...]:
    """Return the connections to the pooler; none for a product without one."""
    pooler = pooler_of(settings)
    if pooler is None:
        return ()
    return tuple(
        Call(caller=caller, called=POOLER, port=PORT_NAME, number=pooler.port)
        for caller, each in _callers(settings)
        if "pooler" in each.uses
    )


def _callers(settings: PlatformSettings) -> Iterator[tuple[str, Service | Job]]:
    yield from settings.workload.services.items()
    yield from settings.workload.jobs.items()
