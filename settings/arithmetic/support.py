"""What of a stack AWS supports until when, from its settings alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from settings.facts import support
from settings.facts.kubernetes import KUBERNETES
from settings.facts.support import LastDays
from settings.runtimes import Feature
from settings.stack import StackSettings
from settings.workload import Workload

_UNKNOWN = LastDays(None)


@dataclass(frozen=True, kw_only=True)
class Supported:
    """`setting` names what a user changes, empty where it comes with the platform's own release."""

    what: str
    version: str
    setting: str
    until: LastDays
    source: str
    newest: str = ""

    def ends_within(self, days: int, today: date) -> bool:
        """Tell whether standard support has ended, or ends within so many days."""
        return self.until.standard is not None and today + timedelta(days=days) > self.until.standard


def supported(stack: StackSettings, workload: Workload) -> Iterator[Supported]:
    """Yield everything of a stack whose support has, or may get, an end."""
    if Feature.KUBERNETES_API in stack.offers:
        yield _kubernetes(stack.cluster.version)
    needs, database = workload.database, stack.database
    if needs is not None and database is not None:
        yield Supported(
            what="PostgreSQL on RDS",
            version=needs.version,
            setting="database.version",
            until=support.POSTGRES.get(needs.version.partition(".")[0], _UNKNOWN),
            source=support.RDS_CALENDAR,
            newest=max(support.POSTGRES),
        )
        authority = database.certificate_authority
        yield Supported(
            what="RDS certificate authority",
            version=authority,
            setting="database.certificate_authority",
            until=support.AUTHORITIES.get(authority, _UNKNOWN),
            source=support.RDS_AUTHORITIES,
        )
    if workload.cache is not None and stack.cache is not None:
        engine, version = workload.cache.engine, workload.cache.version
        yield Supported(
            what=f"{engine} on ElastiCache",
            version=version,
            setting="cache.version",
            until=support.CACHES.get((engine, version.partition(".")[0]), _UNKNOWN),
            source=support.ELASTICACHE_VERSIONS,
        )
    for runtime, until in support.LAMBDA.items():
        yield Supported(what="Lambda runtime", version=runtime, setting="", until=until, source=support.LAMBDA_RUNTIMES)


def _kubernetes(version: str) -> Supported:
    known = KUBERNETES[version]
    day = timedelta(days=1)
    return Supported(
        what="Kubernetes on EKS",
        version=version,
        setting="cluster.version",
        until=LastDays(known.standard_ends - day, known.extended_ends - day),
        source=support.EKS_CALENDAR,
        newest=max(KUBERNETES),
    )
