"""Which services of a product connect to which, by name."""

from dataclasses import dataclass

from components.application.running import POOLER
from components.ecs.pooler import PORT_NAME, pooler_service, pooler_users
from settings import PlatformSettings


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One way between two services: the called one's port by name and number."""

    caller: str
    called: str
    port: str
    number: int


def flows(settings: PlatformSettings) -> list[Flow]:
    """Return the calls that the workload file names, and those of the pooler's users."""
    services = settings.workload.services
    named = [
        Flow(
            caller=caller,
            called=call.service,
            port=call.port,
            number=services[call.service].pod_ports[call.port].number,
        )
        for caller, service in services.items()
        for call in service.calls
    ]
    pooler = pooler_service(settings)
    if pooler is None:
        return named
    number = pooler.ports[PORT_NAME].number
    return [
        *named,
        *(Flow(caller=user, called=POOLER, port=PORT_NAME, number=number) for user in pooler_users(settings)),
    ]
