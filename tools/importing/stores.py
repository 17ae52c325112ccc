"""Which parts the platform replaces: databases, caches, event buses, proxies at the edge, and helpers."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from tools.importing.buckets import MAKERS, STORES, Objects
from tools.importing.found import Found, FoundPort, Part
from tools.importing.interpolation import unset

StoreKind = Literal["database", "timeseries", "cache", "event_bus"]

_POSTGRES = re.compile(r"(.*-)?(postgres|postgresql|postgis|pgvector|pgvecto-rs|timescaledb|timescaledb-ha)(-\w+)?")
_NOT_POSTGRES = re.compile(r"export|backup|operator|rest|ui|admin|bouncer|pool|meta|dump|client")
_CACHES: Final = ("redis", "valkey", "redis-stack", "redis-stack-server", "keydb", "redis-ha", "redict")
_EXTENSIONS: Final = {"postgis": "postgis", "pgvector": "vector", "pgvecto-rs": "vector"}
_EDGES: Final = (
    "traefik",
    "caddy",
    "nginx-proxy",
    "acme-companion",
    "certbot",
    "nginx-proxy-manager",
    "caddy-docker-proxy",
)
_HELPERS: Final = {
    "watchtower": "a stack rolls new images out: docs/how-to/build-and-roll-out-images.md",
    "autoheal": "a pod whose probe fails is restarted",
    "ofelia": "jobs have a schedule of their own here",
    "docker-socket-proxy": "no pod sees the machine's Docker",
    "adminer": "docs/how-to/reach-the-database.md shows the ways in",
    "pgadmin4": "docs/how-to/reach-the-database.md shows the ways in",
    "pgbouncer": "state `database.pooler` instead, and `uses: [pooler]`",
    "redis-commander": "the cache is reached from a pod",
    "redisinsight": "the cache is reached from a pod",
    "postgres-exporter": "the platform watches its database itself",
    "postgres_exporter": "the platform watches its database itself",
    "redis_exporter": "the platform watches its cache itself",
    "portainer": "`kubectl` and the consoles show what runs",
}
_FOREIGN: Final = {
    "mysql": "Amazon RDS for MySQL",
    "mariadb": "Amazon RDS for MariaDB",
    "mongo": "Amazon DocumentDB",
    "mongodb": "Amazon DocumentDB",
    "memcached": "Amazon ElastiCache for Memcached",
    "rabbitmq": "Amazon MQ",
    "elasticsearch": "Amazon OpenSearch Service",
    "opensearch": "Amazon OpenSearch Service",
    "seaweedfs": "Amazon S3",
    "clickhouse-server": "a managed ClickHouse",
    "clickhouse": "a managed ClickHouse",
    "kafka": "Amazon MSK",
    "cp-kafka": "Amazon MSK",
    "redpanda": "Amazon MSK",
    "zookeeper": "Amazon MSK, which needs none",
    "cp-zookeeper": "Amazon MSK, which needs none",
    "nats": "a managed event bus",
    "cassandra": "Amazon Keyspaces",
    "mssql": "Amazon RDS for SQL Server",
}
_FOREIGN_PORTS: Final = {
    "mysql": (3306,),
    "mariadb": (3306,),
    "mongo": (27017,),
    "mongodb": (27017,),
    "memcached": (11211,),
    "rabbitmq": (5672,),
    "elasticsearch": (9200,),
    "opensearch": (9200,),
    "clickhouse-server": (8123, 9000),
    "clickhouse": (8123, 9000),
    "kafka": (9092,),
    "cp-kafka": (9092,),
    "zookeeper": (2181,),
    "nats": (4222,),
}
DEFAULT_PORTS: Final[dict[StoreKind, int]] = {"database": 5432, "timeseries": 5432, "cache": 6379, "event_bus": 9876}


@dataclass(kw_only=True)
class Store:
    """A store of the platform that takes the place of one or more parts."""

    kind: StoreKind
    parts: list[Part]
    version: str | None = None
    user: str | None = None
    password: str | None = None
    name: str | None = None
    eviction: str | None = None
    engine: str = "redis"
    extensions: list[str] = field(default_factory=list[str])
    role: str = ""
    """The role that owns the database here."""

    @property
    def mounted_secrets(self) -> set[str]:
        """The secrets that the source mounts into it: files of its password."""
        return {name for part in self.parts for name in part.secret_files.values() if "pass" in name.lower()}

    @property
    def hosts(self) -> set[str]:
        return {name for part in self.parts for name in part.names}


@dataclass(kw_only=True)
class Sorted:
    """The parts of a source by what becomes of them."""

    services: list[Part] = field(default_factory=list[Part])
    jobs: list[Part] = field(default_factory=list[Part])
    stores: dict[StoreKind, Store] = field(default_factory=dict[StoreKind, Store])
    edges: list[Part] = field(default_factory=list[Part])
    helpers: dict[str, str] = field(default_factory=dict[str, str])
    dumps: list[Part] = field(default_factory=list[Part])
    objects: Objects = field(default_factory=Objects)


def sort(found: Found) -> Sorted:
    """Sort a source's parts; what the platform has one of for each product takes the first, and others run as pods."""
    done = Sorted()
    for part in found.parts:
        last = image_name(part)
        kind = _kind(last, part)
        if last in STORES:
            done.objects.parts.append(part)
        elif last in MAKERS:
            done.objects.makers.append(part)
            done.helpers[part.name] = "the platform makes the buckets"
        elif part.kind == "job" and kind is None:
            done.jobs.append(part)
        elif _dumps(last, part):
            done.dumps.append(part)
        elif kind is not None:
            _adopt(done, kind, part, last)
        elif last in _EDGES or _is_edge(last, part, found):
            done.edges.append(part)
        elif last in _HELPERS:
            done.helpers[part.name] = _HELPERS[last]
        else:
            if last in _FOREIGN:
                why = "the platform has none of it, so it runs here as one pod, without backups"
                part.note(f"{part.name} ({last})", why, f"use {_FOREIGN[last]} in production")
                if not part.ports:
                    part.ports = [FoundPort(number=number) for number in _FOREIGN_PORTS.get(last, ())]
            done.services.append(part)
    return done


def image_name(part: Part) -> str:
    """Return the last part of an image's name, without tag and digest."""
    return (part.image or "").partition("@")[0].rsplit("/", 1)[-1].partition(":")[0].lower()


def image_tag(part: Part) -> str:
    tag = (part.image or "").partition("@")[0].rsplit("/", 1)[-1].partition(":")[2]
    return "" if unset(tag) else tag


def _kind(last: str, part: Part) -> StoreKind | None:
    if last in _CACHES:
        return "cache"
    if last.startswith("rocketmq"):
        return None if "dashboard" in last or "console" in last else "event_bus"
    if _POSTGRES.fullmatch(last) and not _NOT_POSTGRES.search(last.replace("postgres", "")):
        return "timeseries" if "timescale" in last else "database"
    # An image that is named by a variable alone is told by what Compose and Kubernetes call the part.
    bare = unset(part.image or "") and not part.build and part.name in {"postgres", "postgresql", "db", "database"}
    return "database" if bare and "POSTGRES_PASSWORD" in part.variables else None


def _dumps(last: str, part: Part) -> bool:
    """Whether a part does nothing but copy the database away."""
    said = " ".join((*part.command, *part.arguments))
    return bool(re.search(r"\bpg_dump(all)?\b", said)) or bool(re.search(r"(postgres|pg)\w*-backup", last))


def _is_edge(last: str, part: Part, found: Found) -> bool:
    """Whether an nginx or the like only stands in front of others: it publishes the web's ports and waits for them."""
    if last not in {"nginx", "nginx-unprivileged", "haproxy", "envoy", "httpd", "openresty"}:
        return False
    published = {port.number for port in part.ports if port.published != "no"}
    others = {name for each in found.parts if each is not part for name in each.names}
    forwards = bool(part.needs) or any(
        re.search(rf"(proxy_pass|upstream|server)\b.*\b{re.escape(name)}\b", text)
        for text in part.files.values()
        for name in others
    )
    return bool(published & {80, 443, 8080, 8443}) and forwards


def _adopt(done: Sorted, kind: StoreKind, part: Part, last: str) -> None:
    known = done.stores.get(kind)
    if known is not None and kind == "event_bus":
        known.parts.append(part)
        return
    if known is not None:
        first = known.parts[0].name
        why = f"a product has one {kind}, which is made of {first}; this one runs as a pod, without backups"
        part.note(part.name, why, f"let its users share {first}, or give it a product of its own")
        done.services.append(part)
        return
    done.stores[kind] = Store(
        kind=kind,
        parts=[part],
        version=_version(kind, image_tag(part)),
        user=_value(part, "POSTGRES_USER", "POSTGRESQL_USERNAME") if kind != "cache" else None,
        password=_password(kind, part),
        name=_value(part, "POSTGRES_DB", "POSTGRESQL_DATABASE") if kind != "cache" else None,
        eviction=_eviction(part),
        engine="valkey" if last == "valkey" else "redis",
        extensions=[name for image, name in _EXTENSIONS.items() if image in last],
    )


def _value(part: Part, *names: str) -> str | None:
    return next((part.variables[name].text for name in names if name in part.variables), None)


def _password(kind: StoreKind, part: Part) -> str | None:
    if kind == "cache":
        said = " ".join((*part.command, *part.arguments))
        match = re.search(r"--requirepass[= ]+[\"']?([^\s\"']+)", said)
        return match[1] if match else _value(part, "REDIS_PASSWORD", "VALKEY_PASSWORD")
    return _value(part, "POSTGRES_PASSWORD", "POSTGRESQL_PASSWORD")


def _version(kind: StoreKind, tag: str) -> str | None:
    match = re.search(r"pg([0-9]{2})", tag) or re.match(r"([0-9]{1,2})(\.[0-9]+)?", tag)
    return match[1] if match and kind in {"database", "timeseries", "cache"} else None


def _eviction(part: Part) -> str | None:
    said = " ".join((*part.command, *part.arguments))
    match = re.search(r"--maxmemory-policy[= ]+([a-z-]+)", said)
    return match[1] if match else None
