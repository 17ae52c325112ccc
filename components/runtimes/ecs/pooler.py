"""PgBouncer on ECS: a service of its own, found under the name and port that it has on a cluster."""

from pulumi import Input

from components.invariants import certain
from components.product.images import PGBOUNCER
from components.product.pooler import POOLER, PORT_NAME, ProductPooler, product_pooler
from components.product.wiring import joined
from components.runtimes.ecs.collector import Scrape, collector
from components.runtimes.ecs.containers import Container, Log, Mount
from components.runtimes.ecs.scripts import POOLER_CONFIGURATION, SCRIPTS, authorities
from components.runtimes.ecs.service_containers import ServiceTask
from components.runtimes.ecs.task_inputs import TaskInputs
from settings import PlatformSettings
from settings.arithmetic.fargate import cpu_units
from settings.arithmetic.pooler import RESOURCES, pooler_of, pooler_pods
from settings.arithmetic.tasks import pooler_size
from settings.facts import ports
from settings.types import mebibytes, millicores
from settings.workload.service import Port, Replicas, Service

_USER = ports.CONTAINER_USER
_FOLDER = "/etc/pgbouncer"
_STOP_SECONDS = 75
_VOLUME = "pooler"
_PREPARE = """
printf '%s' "$CONFIGURATION" >"$FOLDER/pgbouncer.ini"
printf '%s' "$AUTHORITIES" >"$FOLDER/rds-ca.pem"
printf '%s' "$CERTIFICATE" >"$FOLDER/certificate.sh"
printf '"%s" "%s"\\n' "$PGUSER" "$(printf '%s' "$PGPASSWORD" | sed 's/"/""/g')" >"$FOLDER/userlist.txt"
mkdir -p "$FOLDER/tls"
sh "$FOLDER/certificate.sh" "$NAME" "$FOLDER/tls"
chown -R "$OWNER" "$FOLDER"
chmod -R go-rwx "$FOLDER"
"""
"""Write what a cluster mounts from a ConfigMap and a Secret, and make the certificate that clients are met with."""


def pooler_service(settings: PlatformSettings) -> Service | None:
    """Describe the pooler as a service; None for a product without one."""
    pooler = pooler_of(settings)
    if pooler is None:
        return None
    pods = pooler_pods(settings, pooler)
    return Service(
        image=PGBOUNCER,
        ports={PORT_NAME: Port(number=pooler.port)},
        replicas=Replicas(minimum=pods, maximum=pods),
        resources=RESOURCES,
        uses=("database",),
        termination_grace_seconds=_STOP_SECONDS,
    )


def pooler_task(inputs: TaskInputs, log: Log) -> ServiceTask:
    """Return everything that runs for one copy of the pooler. Raises InvariantError without one."""
    settings, pooler = inputs.settings, _pooler(inputs)
    containers = [_prepare(inputs, log, pooler), _pgbouncer(log, pooler)]
    if inputs.metrics_url is not None:
        scrape = Scrape(service=POOLER, port=pooler.metrics_port, path="/metrics", interval_seconds=30)
        containers += [_exporter(inputs, log, pooler), collector(inputs, log, traces=False, scrapes=[scrape])]
    return ServiceTask(size=pooler_size(settings)[0], containers=containers, volumes=[_VOLUME])


def configuration(inputs: TaskInputs) -> Input[str]:
    """Fill in the configuration that the chart mounts."""
    pooler = _pooler(inputs)
    values: dict[str, Input[str]] = {
        "DATABASE": pooler.database.database,
        "HOST": pooler.database.host,
        "DATABASE_PORT": pooler.database.port,
        "PORT": str(pooler.port),
        "ROLE": pooler.role,
        "CLIENTS": str(pooler.clients),
        "POOL": str(pooler.pool),
    }
    parts: list[Input[str]] = []
    for piece in POOLER_CONFIGURATION.rstrip().split("${"):
        place, closed, rest = piece.partition("}")
        parts += [values[place], rest] if closed and place in values else [piece]
    return joined(*parts)


def _pooler(inputs: TaskInputs) -> ProductPooler:
    return certain(product_pooler(inputs.settings, inputs.wiring), "the pooler runs for a product that asks for one")


def _prepare(inputs: TaskInputs, log: Log, pooler: ProductPooler) -> Container:
    return Container(
        name="prepare",
        image=pooler.certificate_image,
        log=log,
        entry_point=["sh", "-euc"],
        command=[_PREPARE],
        environment={
            "FOLDER": _FOLDER,
            "NAME": POOLER,
            "OWNER": f"{_USER}:{_USER}",
            "CONFIGURATION": configuration(inputs),
            "AUTHORITIES": authorities(inputs.settings.stack.region),
            "CERTIFICATE": SCRIPTS["certificate.sh"],
        },
        secrets=inputs.database_credential,
        mounts=[Mount(volume=_VOLUME, path=_FOLDER)],
        # A new volume belongs to root; nothing of the product runs here.
        user="0",
        essential=False,
        capabilities=True,
    )


def _pgbouncer(log: Log, pooler: ProductPooler) -> Container:
    port, requests = pooler.port, pooler.resources.requests
    return Container(
        name=POOLER,
        image=pooler.image,
        log=log,
        entry_point=["pgbouncer", f"{_FOLDER}/pgbouncer.ini"],
        ports=[{"name": PORT_NAME, "containerPort": port, "hostPort": port, "protocol": "tcp"}],
        mounts=[Mount(volume=_VOLUME, path=_FOLDER, read_only=True)],
        cpu=cpu_units(millicores(requests.cpu)),
        memory=mebibytes(requests.memory),
        user=str(_USER),
        stop_seconds=_STOP_SECONDS,
        after={"prepare": "SUCCESS"},
    )


def _exporter(inputs: TaskInputs, log: Log, pooler: ProductPooler) -> Container:
    """Ask PgBouncer's console for its metrics; the driver takes user and password from libpq's variables."""
    return Container(
        name="metrics",
        image=pooler.exporter_image,
        log=log,
        environment={
            "PGBOUNCER_EXPORTER_CONNECTION_STRING": f"postgres://127.0.0.1:{pooler.port}/pgbouncer?sslmode=require",
        },
        secrets=inputs.database_credential,
        memory=mebibytes(pooler.exporter_resources.requests.memory),
        user=str(_USER),
        essential=False,
    )
