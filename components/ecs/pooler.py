"""PgBouncer on ECS: a service of its own, found under the name and port that it has on a cluster."""

from pulumi import Input

from components.application.images import OPENSSL, PGBOUNCER, PGBOUNCER_EXPORTER, reference
from components.application.pooler import (
    EXPORTER_RESOURCES,
    METRICS_PORT,
    RESOURCES,
    pooler_of,
    pooler_pods,
)
from components.application.running import POOLER
from components.application.wiring import joined
from components.ecs.collector import COLLECTOR_NEED, Scrape, collector
from components.ecs.containers import Container, Log, Mount
from components.ecs.scripts import POOLER_CONFIGURATION, SCRIPTS, authorities
from components.ecs.service_containers import PROXY_NEED, ServiceTask, fitting
from components.ecs.task_inputs import TaskInputs
from components.plans.fargate import Need, TaskSize, cpu_units
from settings import PlatformSettings
from settings.types import mebibytes, millicores
from settings.workload.service import Amount, Port, Replicas, Service

PORT_NAME = "postgres"
_USER = 10001
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


def pooler_users(settings: PlatformSettings) -> list[str]:
    """Name the services that connect to it."""
    return [name for name, service in settings.workload.services.items() if "pooler" in service.uses]


def pooler_task(inputs: TaskInputs, log: Log) -> ServiceTask:
    """Return everything that runs for one copy of the pooler. Raises ValueError for a product without one."""
    settings = inputs.settings
    pooler = pooler_of(settings)
    if pooler is None:
        raise ValueError("the database of this product has no pooler")
    containers = [_prepare(inputs, log), _pgbouncer(settings, log, pooler.port)]
    if inputs.metrics_url is not None:
        scrape = Scrape(service=POOLER, port=METRICS_PORT, path="/metrics", interval_seconds=30)
        containers += [_exporter(inputs, log, pooler.port), collector(inputs, log, traces=False, scrapes=[scrape])]
    return ServiceTask(size=pooler_size(settings)[0], containers=containers, volumes=[_VOLUME])


def pooler_size(settings: PlatformSettings) -> tuple[TaskSize, int]:
    """Return the task that holds the pooler, and how many of it there are; none for a product without one.

    It is one thread that waits for others: what it asks for is what it needs, and there are several of it.
    """
    pooler = pooler_of(settings)
    measured = [_need(EXPORTER_RESOURCES.requests), COLLECTOR_NEED] if settings.stack.ecs.prometheus else []
    wanted = _need(RESOURCES.requests)
    size = fitting(settings, wanted, wanted, [PROXY_NEED, *measured])
    return size, 0 if pooler is None else pooler_pods(settings, pooler)


def configuration(inputs: TaskInputs) -> Input[str]:
    """Fill in the configuration that the chart mounts."""
    needs, pooler = inputs.settings.workload.database, pooler_of(inputs.settings)
    if needs is None or pooler is None:
        raise ValueError("the database of this product has no pooler")
    values: dict[str, Input[str]] = {
        "DATABASE": needs.name,
        "HOST": inputs.wiring.outputs["database.host"],
        "DATABASE_PORT": inputs.wiring.outputs["database.port"],
        "PORT": str(pooler.port),
        "ROLE": needs.role,
        "CLIENTS": str(pooler.clients),
        "POOL": str(pooler.pool),
    }
    parts: list[Input[str]] = []
    for piece in POOLER_CONFIGURATION.rstrip().split("${"):
        place, closed, rest = piece.partition("}")
        parts += [values[place], rest] if closed and place in values else [piece]
    return joined(*parts)


def _prepare(inputs: TaskInputs, log: Log) -> Container:
    return Container(
        name="prepare",
        image=reference(inputs.settings, OPENSSL),
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


def _pgbouncer(settings: PlatformSettings, log: Log, port: int) -> Container:
    return Container(
        name=POOLER,
        image=reference(settings, PGBOUNCER),
        log=log,
        entry_point=["pgbouncer", f"{_FOLDER}/pgbouncer.ini"],
        ports=[{"name": PORT_NAME, "containerPort": port, "hostPort": port, "protocol": "tcp"}],
        mounts=[Mount(volume=_VOLUME, path=_FOLDER, read_only=True)],
        cpu=cpu_units(millicores(RESOURCES.requests.cpu)),
        memory=mebibytes(RESOURCES.requests.memory),
        user=str(_USER),
        stop_seconds=_STOP_SECONDS,
        after={"prepare": "SUCCESS"},
    )


def _exporter(inputs: TaskInputs, log: Log, port: int) -> Container:
    """Ask PgBouncer's console for its figures; the driver takes user and password from libpq's variables."""
    return Container(
        name="metrics",
        image=reference(inputs.settings, PGBOUNCER_EXPORTER),
        log=log,
        environment={
            "PGBOUNCER_EXPORTER_CONNECTION_STRING": f"postgres://127.0.0.1:{port}/pgbouncer?sslmode=require",
        },
        secrets=inputs.database_credential,
        memory=mebibytes(EXPORTER_RESOURCES.requests.memory),
        user=str(_USER),
        essential=False,
    )


def _need(amount: Amount) -> Need:
    return Need(millicores=millicores(amount.cpu), mebibytes=mebibytes(amount.memory))
