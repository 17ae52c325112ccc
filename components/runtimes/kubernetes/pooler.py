"""PgBouncer between the services and the database."""

from components.chart_values.foundation import ExternalSecret, Source
from components.chart_values.workload.policies import Policy
from components.chart_values.workload.pooler import Pooler as PoolerValues
from components.invariants import certain
from components.product.calls import pooler_calls
from components.product.pooler import POOLER, ProductPooler, product_pooler
from components.product.toolbox import TOOLBOX
from components.product.wiring import Wiring
from components.runtimes.kubernetes.flows import scraper_flow, to_addresses, to_service
from components.runtimes.kubernetes.resources import resource_values
from settings import PlatformSettings
from settings.arithmetic.pooler import pooler_of
from settings.facts import ports


def pooler_secret_name(settings: PlatformSettings) -> str:
    """The Secret with the list of users, which PgBouncer reads as a file, and the exporter's address."""
    return f"{settings.workload.name}-pooler"


def pooler_values(settings: PlatformSettings, wiring: Wiring) -> PoolerValues | None:
    """The chart's `pooler`; None without one."""
    pooler = product_pooler(settings, wiring)
    if pooler is None:
        return None
    return PoolerValues(
        name=POOLER,
        image=pooler.image,
        exporter_image=pooler.exporter_image,
        certificate_image=pooler.certificate_image,
        regions=pooler.regions,
        replicas=pooler.copies,
        port=pooler.port,
        metrics_port=pooler.metrics_port,
        clients=pooler.clients,
        pool=pooler.pool,
        secret=pooler_secret_name(settings),
        resources=resource_values(pooler.resources),
        exporter_resources=resource_values(pooler.exporter_resources),
        policy=_policy(settings, wiring, pooler),
        database=pooler.database.database,
        role=pooler.role,
        host=pooler.database.host,
        database_port=pooler.database.port,
    )


def pooler_secret(settings: PlatformSettings, source: dict[str, Source]) -> ExternalSecret:
    """The ExternalSecret behind it; `source` names where the role's `database_username` and `_password` are.

    PgBouncer keeps the password as text: it proves itself to the server with it, which a verifier cannot do for a
    server that has another salt.
    """
    pooler = certain(pooler_of(settings), "only a product with a pooler has a list of its users")
    quoted = '"{{ .database_username }}" "{{ .database_password | replace "\\"" "\\"\\"" }}"\n'
    console = (
        "postgres://{{ .database_username }}:{{ .database_password | urlquery }}"
        f"@127.0.0.1:{pooler.port}/pgbouncer?sslmode=require"
    )
    return ExternalSecret(
        name=pooler_secret_name(settings), sources=source, data={"userlist": quoted, "console": console}
    )


def _policy(settings: PlatformSettings, wiring: Wiring, pooler: ProductPooler) -> Policy:
    """In: whoever uses it, and the scraper. Out: the database alone."""
    tools = [TOOLBOX] if settings.stack.application.toolbox else []
    users = [*(call.caller for call in pooler_calls(settings)), *tools]
    clients = [to_service(settings, name, name, pooler.port) for name in users]
    return Policy(
        app=POOLER,
        ingress=(*clients, scraper_flow(wiring, pooler.metrics_port)),
        egress=(to_addresses("database", tuple(wiring.data_cidrs), ports.POSTGRESQL),),
    )
