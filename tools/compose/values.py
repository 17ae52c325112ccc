"""What a product's variables and secrets are on a developer's machine: made of nothing that any stack holds."""

from base64 import b64encode
from hashlib import shake_256

from settings.workload import Workload
from settings.workload.container import EnvironmentValue, Wired, WiredOutput
from settings.workload.secrets import (
    GeneratedSecret,
    PreviousSecret,
    SecretOutput,
    SigningKeySecret,
    UsersSecret,
    WiredSecret,
)

PASSWORD = "development"  # noqa: S105 -- of a developer's own machine
"""Of the database and of every user."""
DATABASE, TIMESERIES, CACHE, BUS, TRACES = "postgres", "timeseries", "redis", "event-bus", "traces"
"""The stores' services, by which the product's find them."""
_POSTGRES, _REDIS, _NAMES = 5432, 6379, 9876
_BCRYPT = "$2b$10$MzGM5gEaHMK1PPRXJfTgkOWcFEg6c0.v0FN36ASGGuNYgaYI9drUS"
"""The hash of PASSWORD."""
_SEED_BYTES, _PAIR_BYTES = 32, 64


def output(workload: Workload, name: WiredOutput) -> str:
    """Return what `{output: …}` is here."""
    bus = workload.event_bus
    values: dict[WiredOutput, str] = {
        "database.host": DATABASE,
        "database.reader_host": DATABASE,
        "database.port": str(_POSTGRES),
        "database.name": workload.database.name if workload.database else "",
        "timeseries.host": TIMESERIES,
        "timeseries.reader_host": TIMESERIES,
        "timeseries.port": str(_POSTGRES),
        "timeseries.name": workload.timeseries.name if workload.timeseries else "",
        "cache.host": CACHE,
        "cache.port": str(_REDIS),
        "cache.nodes": f"{CACHE}:{_REDIS}",
        "event_bus.address": f"{BUS}:{_NAMES}",
        "event_bus.topic_prefix": f"{bus.topic_prefix}-local" if bus else "",
        "event_bus.consumer_group": f"{bus.topic_prefix}-local-{bus.consumer_group}" if bus else "",
        "telemetry.otlp_endpoint": f"http://{TRACES}:4317",
        "region": "us-east-1",
        "hostname": "localhost",
        "cors.origins": "http://localhost:3000",
    }
    return values[name]


def environment(workload: Workload, stated: dict[str, EnvironmentValue]) -> dict[str, str]:
    """Return variables with their outputs filled in."""
    return {
        name: output(workload, value.output) if isinstance(value, Wired) else value for name, value in stated.items()
    }


def secret(workload: Workload, name: str) -> str:
    """Return a declared secret's value here: the same on every machine, and good for nothing anywhere else."""
    kind = workload.secrets[name]
    if isinstance(kind, WiredSecret):
        return _wired(workload, kind.output)
    if isinstance(kind, GeneratedSecret):
        return ",".join(_encoded(f"{name}-{index}", kind.bytes, kind.encoding) for index in range(kind.tokens))
    if isinstance(kind, PreviousSecret):
        of = workload.secrets[kind.of]
        return _encoded(f"{name}-before", of.bytes, of.encoding) if isinstance(of, GeneratedSecret) else PASSWORD
    if isinstance(kind, SigningKeySecret):
        return _encoded(name, _SEED_BYTES if kind.form == "seed" else _PAIR_BYTES, "base64")
    if isinstance(kind, UsersSecret):
        return ",".join(f"{user}:{_BCRYPT}:{each.role}" for user, each in kind.users.items())
    return f"development-{name.lower().replace('_', '-')}"


def _wired(workload: Workload, wanted: SecretOutput) -> str:
    store, _, value = wanted.partition(".")
    if value == "password":
        return "" if store == "cache" else PASSWORD
    if value in ("access_key", "secret_key"):
        return PASSWORD
    if store == "cache":
        return f"redis://{CACHE}:{_REDIS}"
    needs = workload.database if store == "database" else workload.timeseries
    if needs is None:
        raise ValueError(f"{wanted} of a product without a {store}")
    host = DATABASE if store == "database" else TIMESERIES
    return f"postgres://{needs.role}:{PASSWORD}@{host}:{_POSTGRES}/{needs.name}?sslmode=disable"


def _encoded(name: str, count: int, encoding: str) -> str:
    """Draw bytes from the secret's own name: nothing random, so that the file never changes by itself."""
    drawn = shake_256(name.encode()).digest(count)
    return drawn.hex() if encoding == "hex" else b64encode(drawn).decode()
