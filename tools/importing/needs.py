"""The sections of what the platform runs for the product: database, time series, cache, event bus, backups."""

from typing import Final

from settings.raw import Raw
from tools.importing.document import Draft
from tools.importing.names import sql_name
from tools.importing.stores import Store, StoreKind

_LEAST_POSTGRES: Final = 14
_MOST_POSTGRES: Final = 18
_POSTGRES: Final = "17"
_EVICTIONS: Final = ("noeviction", "volatile-lru", "volatile-lfu", "volatile-ttl", "allkeys-lru", "allkeys-lfu")
_REDIS: Final = {"redis": "7.1", "valkey": "8.0"}


def name_roles(product: str, stores: dict[StoreKind, Store]) -> None:
    """Decide on the user of each store, before variables name it."""
    for kind, store in stores.items():
        # ElastiCache's user has the product's name.
        store.role = product if kind == "cache" else sql_name(product, store.user, role=True, section=kind)


def add_stores(draft: Draft, product: str, stores: dict[StoreKind, Store]) -> None:
    """Add a section for each store; sizes are the file's to choose, for no source states them."""
    for kind, store in stores.items():
        origin = ", ".join(f"{part.origin} ({part.image})" for part in store.parts)
        draft.comment(
            (kind,), f"In place of {origin}. The sizes are a start for production; other environments are smaller."
        )
        draft.data[kind] = _SECTIONS[kind](draft, product, store)
        moved = [folder.path for part in store.parts for folder in part.folders if folder.kind == "kept"]
        if moved and kind != "event_bus":
            data = "Its data is not moved"
            draft.comment(
                (kind,),
                f"{data}: dump it where it runs, and restore it here (docs/how-to/reach-the-database.md)."
                if kind != "cache"
                else f"{data}: a cache fills itself again; make sure that nothing else is kept in it.",
            )


def _database(draft: Draft, product: str, store: Store) -> dict[str, Raw]:
    extensions: dict[str, Raw] = {"extensions": [*store.extensions]} if store.extensions else {}
    return {
        "version": _version(draft, ("database", "version"), store),
        "name": _name(draft, product, store),
        "role": store.role,
        "instance_class": "db.m7g.large",
        "storage_gib": 100,
        "maximum_storage_gib": 500,
        **extensions,
    }


def _timeseries(draft: Draft, product: str, store: Store) -> dict[str, Raw]:
    draft.comment(
        ("timeseries", "image"), "The image is the one that the platform's operator runs; its tag names the version."
    )
    return {
        "version": "17",
        "image": {"repository": "docker.io/timescale/timescaledb-ha", "tag": "pg17.6-ts2.22.1"},
        "name": _name(draft, product, store),
        "role": store.role,
        "cpu": "2",
        "memory": "8Gi",
        "storage_gib": 100,
    }


def _cache(draft: Draft, _product: str, store: Store) -> dict[str, Raw]:
    why = "the cache speaks TLS, with a user of its own"
    do = "use a client that knows both; one that speaks the cluster's protocol may have shards, with cluster mode"
    draft.comment(("cache",), f"{store.parts[0].name}: {why}; {do}.")
    section: dict[str, Raw] = {"version": _REDIS[store.engine], "node_type": "cache.m7g.large"}
    if store.engine != "redis":
        section = {"engine": store.engine, **section}
    section |= {"cluster_mode": "disabled", "replicas_per_shard": 1}
    if store.eviction in _EVICTIONS:
        section["eviction"] = store.eviction
    elif store.eviction is not None:
        draft.comment(("cache",), f"{store.eviction}: ElastiCache is not asked for it here; volatile-lru is used.")
    return section


def _event_bus(draft: Draft, product: str, _store: Store) -> dict[str, Raw]:
    why = "every topic's name begins with the product's and the stack's"
    do = "let the product read the prefix, {output: event_bus.topic_prefix}, and its group"
    draft.comment(("event_bus",), f"topics: {why}; {do}.")
    return {"kind": "rocketmq", "topic_prefix": product, "consumer_group": "consumers", "automatic_topics": True}


_SECTIONS = {"database": _database, "timeseries": _timeseries, "cache": _cache, "event_bus": _event_bus}


def _version(draft: Draft, path: tuple[str, ...], store: Store) -> str:
    stated = int(store.version) if store.version and store.version.isdigit() else None
    if stated is None:
        draft.comment(path, f"The source names no version of PostgreSQL; {_POSTGRES} is the one to start with.")
        return _POSTGRES
    if not _LEAST_POSTGRES <= stated <= _MOST_POSTGRES:
        near = max(_LEAST_POSTGRES, min(stated, _MOST_POSTGRES))
        draft.comment(path, f"The source runs {stated}; the platform has {_LEAST_POSTGRES} to {_MOST_POSTGRES}.")
        return str(near)
    return str(stated)


def _name(draft: Draft, product: str, store: Store) -> str:
    stated = store.name or store.user
    name = sql_name(product, stated, role=False, section=store.kind)
    if stated and name != stated:
        draft.comment((store.kind, "name"), f"The source calls it {stated}, a name that is taken or not accepted here.")
    return name


def add_dump(draft: Draft, dumps: list[str], *, has_database: bool) -> None:
    """Let the platform make the dumps that parts of the source made."""
    if dumps and has_database:
        draft.comment(("backups",), f"In place of {', '.join(dumps)}: nightly, to S3, for as long as this says.")
        draft.data["backups"] = {"dump": {"schedule": "0 2 * * *", "retention_days": 30}}
