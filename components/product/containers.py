"""The containers of a product, worked out once: each runtime renders the same model in its own terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi import Input

from components.product.images import product_reference
from components.product.secrets import valued
from components.product.wiring import Wiring, joined
from settings import PlatformSettings
from settings.arithmetic.roles import acting
from settings.workload.container import (
    Composed,
    EnvironmentValue,
    Port,
    Probes,
    Resources,
    Wired,
    outputs_in,
    pieces,
)
from settings.workload.data import MIGRATION
from settings.workload.service import Image

Environment = dict[str, Input[str]]


@dataclass(frozen=True, kw_only=True)
class ProductContainer:
    """What one container of the product runs, and with what.

    `common` is the environment that every service gets, `environment` the container's own, which wins; both have the
    platform's outputs in their places. `secrets` names the declared secrets that it gets as variables, those that have
    a value, with the credentials `acting` in place of a service's; `named` the outputs that its own variables are made
    from. `probes` may ask any of `reachable`, the ports of its pod or task. `resources` is None for a container that
    takes what its service takes.
    """

    image: Input[str]
    command: tuple[str, ...]
    user: int
    arguments: tuple[str, ...] = ()
    common: Environment = field(default_factory=Environment)
    environment: Environment = field(default_factory=Environment)
    secrets: tuple[str, ...] = ()
    acting: Mapping[str, str] = field(default_factory=dict[str, str])
    named: frozenset[str] = frozenset()
    ports: Mapping[str, Port] = field(default_factory=dict[str, Port])
    reachable: Mapping[str, Port] = field(default_factory=dict[str, Port])
    probes: Probes = field(default_factory=Probes)
    resources: Resources | None = None
    writable_paths: tuple[str, ...] = ()

    @property
    def variables(self) -> Environment:
        """Every variable that is no secret."""
        return {**self.common, **self.environment}


def environment(stated: Mapping[str, EnvironmentValue], wiring: Wiring) -> Environment:
    """Give each variable its text, with the outputs that it names in their places."""
    return {name: _value(value, wiring) for name, value in stated.items()}


def _named(stated: Mapping[str, EnvironmentValue]) -> frozenset[str]:
    return frozenset(output for value in stated.values() for output in outputs_in(value))


def _value(value: EnvironmentValue, wiring: Wiring) -> Input[str]:
    if isinstance(value, Wired):
        return wiring.output(value.output)
    if not isinstance(value, Composed):
        return value
    return joined(*(piece if isinstance(piece, str) else wiring.output(piece.name) for piece in pieces(value.text)))


def service_container(settings: PlatformSettings, wiring: Wiring, name: str) -> ProductContainer:
    """Return the container that gives a service its name."""
    service = settings.workload.services[name]
    return ProductContainer(
        image=product_reference(settings, wiring, service.image),
        command=service.command,
        arguments=service.arguments,
        user=service.security.user,
        common=environment(settings.workload.environment, wiring),
        environment=environment(service.environment, wiring),
        secrets=valued(settings, wiring, service.secrets),
        acting=acting(settings.workload, name),
        named=_named(service.environment),
        ports=service.ports,
        reachable=service.pod_ports,
        probes=service.probes,
        resources=service.resources,
        writable_paths=service.security.writable_paths,
    )


def sidecar_container(settings: PlatformSettings, wiring: Wiring, service_name: str, name: str) -> ProductContainer:
    """Return a container that runs beside a service's own, under the same user."""
    service = settings.workload.services[service_name]
    sidecar = service.sidecars[name]
    return ProductContainer(
        image=product_reference(settings, wiring, sidecar.image),
        command=sidecar.command,
        arguments=sidecar.arguments,
        user=service.security.user,
        environment=environment(sidecar.environment, wiring),
        secrets=valued(settings, wiring, sidecar.secrets),
        acting=acting(settings.workload, service_name),
        named=_named(sidecar.environment),
        ports=sidecar.ports,
        reachable=service.pod_ports,
        probes=sidecar.probes,
        resources=sidecar.resources,
        writable_paths=sidecar.writable_paths,
    )


def job_container(settings: PlatformSettings, wiring: Wiring, name: str) -> ProductContainer:
    """Return the container of a product's own job: its service's image, unless it has its own, and its user."""
    job = settings.workload.jobs[name]
    service = settings.workload.services[job.service]
    return ProductContainer(
        image=product_reference(settings, wiring, job.image or service.image),
        command=job.command,
        arguments=job.arguments,
        user=service.security.user,
        environment=environment(job.environment, wiring),
        secrets=valued(settings, wiring, job.secrets),
        acting=acting(settings.workload, name),
        named=_named(job.environment),
        resources=job.resources,
        writable_paths=job.writable_paths,
    )


def migration_container(settings: PlatformSettings, wiring: Wiring) -> ProductContainer | None:
    """Return the container of the migration, None for a product without one."""
    migration = settings.workload.migration
    if migration is None:
        return None
    service = settings.workload.services[migration.service]
    image = service.image
    if migration.image_repository is not None:
        image = Image(repository=migration.image_repository, tag=image.tag)
    return ProductContainer(
        image=product_reference(settings, wiring, image),
        command=migration.command,
        user=service.security.user,
        environment=environment(migration.environment, wiring),
        secrets=valued(settings, wiring, migration.secrets),
        acting=acting(settings.workload, MIGRATION),
    )
