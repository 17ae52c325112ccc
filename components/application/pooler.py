"""PgBouncer between the services and the database."""

from components.application.images import OPENSSL, PGBOUNCER, PGBOUNCER_EXPORTER, reference
from components.application.running import POOLER
from components.application.wiring import Values, Wiring
from settings import PlatformSettings
from settings.workload.data import DatabaseNeeds, Pooler
from settings.workload.service import Amount, Resources

METRICS_PORT = 9127

RESOURCES = Resources(requests=Amount(cpu="250m", memory="128Mi"), limits=Amount(cpu="1", memory="256Mi"))
"""PgBouncer is one thread, and takes 2 kB for a client and 16 kB for a busy one: 1,000 clients fit ten times over."""

EXPORTER_RESOURCES = Resources(requests=Amount(cpu="50m", memory="64Mi"), limits=Amount(cpu="250m", memory="128Mi"))

CERTIFICATE_REGIONS = frozenset(
    {
        "af-south-1",
        "ap-east-1",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-south-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ca-central-1",
        "eu-central-1",
        "eu-central-2",
        "eu-north-1",
        "eu-south-1",
        "eu-south-2",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "me-central-1",
        "me-south-1",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    }
)
"""Regions whose RDS certificate authorities the chart carries (files/rds-ca/<region>.pem). Source:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html#UsingWithRDS.SSL.CertificatesDownload"""


def pooler_of(settings: PlatformSettings) -> Pooler | None:
    """The pooler that the product asks for, if this platform has a database to put it in front of."""
    needs = settings.workload.database
    return needs.pooler if needs is not None and settings.stack.database is not None else None


def pooler_pods(settings: PlatformSettings, pooler: Pooler) -> int:
    """How many pods of it run in this environment: the product's figure, or one."""
    return 1 if settings.stack.application.scale == "single" else pooler.replicas


def pooler_address(settings: PlatformSettings) -> str:
    """Its host and port, as pods of the product's namespace write them. Raises ValueError without a pooler."""
    pooler = pooler_of(settings)
    if pooler is None:
        raise ValueError("the database of this product has no pooler")
    return f"{POOLER}:{pooler.port}"


def pooler_secret_name(settings: PlatformSettings) -> str:
    """The Secret with the list of users, which PgBouncer reads as a file, and the exporter's address."""
    return f"{settings.workload.name}-pooler"


def pooler_values(settings: PlatformSettings, wiring: Wiring) -> Values:
    """The chart's `pooler`; nothing without one."""
    pooler, needs = pooler_of(settings), settings.workload.database
    if pooler is None or needs is None:
        return {}
    values: Values = {
        "name": POOLER,
        "image": reference(settings, PGBOUNCER),
        "exporterImage": reference(settings, PGBOUNCER_EXPORTER),
        "certificateImage": reference(settings, OPENSSL),
        "regions": _database_regions(settings),
        "replicas": pooler_pods(settings, pooler),
        "port": pooler.port,
        "metricsPort": METRICS_PORT,
        "clients": pooler.clients,
        "pool": pooler.pool,
        "secret": pooler_secret_name(settings),
        "resources": RESOURCES.model_dump(),
        "exporterResources": EXPORTER_RESOURCES.model_dump(),
        "policy": _policy(settings, wiring, pooler),
    }
    return {"pooler": values | _database(wiring, needs)}


def pooler_secret(settings: PlatformSettings, source: dict[str, Values]) -> Values:
    """The ExternalSecret behind it; `source` names where the role's `database_username` and `_password` are.

    PgBouncer keeps the password as text: it proves itself to the server with it, which a verifier cannot do for a
    server that has another salt.
    """
    pooler = pooler_of(settings)
    if pooler is None:
        raise ValueError("only a product with a pooler has a list of its users")
    quoted = '"{{ .database_username }}" "{{ .database_password | replace "\\"" "\\"\\"" }}"\n'
    console = (
        "postgres://{{ .database_username }}:{{ .database_password | urlquery }}"
        f"@127.0.0.1:{pooler.port}/pgbouncer?sslmode=require"
    )
    return {
        "name": pooler_secret_name(settings),
        "sources": source,
        "data": {"userlist": quoted, "console": console},
    }


def _database_regions(settings: PlatformSettings) -> list[str]:
    """Where the server may be: each region's RDS has authorities of its own, and a copy is promoted in its region."""
    primary = [settings.primary.region] if settings.primary else []
    return list(dict.fromkeys([settings.stack.region, *primary]))


def _database(wiring: Wiring, needs: DatabaseNeeds) -> Values:
    return {
        "database": needs.name,
        "role": needs.role,
        "host": wiring.outputs["database.host"],
        "databasePort": wiring.outputs["database.port"],
    }


def _policy(settings: PlatformSettings, wiring: Wiring, pooler: Pooler) -> Values:
    """In: whoever uses it, and the scraper. Out: the database alone."""
    port = [{"number": pooler.port, "protocol": "TCP"}]
    users = [
        name
        for group in (settings.workload.services, settings.workload.jobs)
        for name, member in group.items()
        if "pooler" in member.uses
    ]
    if settings.stack.application.toolbox:
        users.append("toolbox")
    scraper: Values = {
        "name": "metrics",
        "namespace": wiring.telemetry.namespace,
        "ports": [{"number": METRICS_PORT, "protocol": "TCP"}],
    }
    database: Values = {
        "name": "database",
        "cidrs": list(wiring.data_cidrs),
        "ports": [{"number": 5432, "protocol": "TCP"}],
    }
    return {
        "app": POOLER,
        "ingress": [*({"name": name, "service": name, "ports": port} for name in users), scraper],
        "egress": [database],
    }
