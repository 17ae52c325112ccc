"""What a product's variables and secrets are on a developer's machine: made of nothing that any stack holds."""

from base64 import b64encode
from hashlib import shake_256
from typing import cast, get_args

from settings.workload import Workload
from settings.workload.container import Composed, EnvironmentValue, Wired, pieces
from settings.workload.outputs import SecretOutput, WiredOutput, offered_outputs, offered_secrets
from settings.workload.secrets import (
    GeneratedSecret,
    PreviousSecret,
    SigningKeySecret,
    TextSecret,
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
        "cache.reader_host": CACHE,
        "cache.port": str(_REDIS),
        "cache.nodes": f"{CACHE}:{_REDIS}",
        "event_bus.address": f"{BUS}:{_NAMES}",
        "event_bus.topic_prefix": f"{bus.topic_prefix}-local" if bus else "",
        "event_bus.consumer_group": f"{bus.topic_prefix}-local-{bus.consumer_group}" if bus else "",
        "telemetry.otlp_endpoint": f"http://{TRACES}:4317",
        "region": "us-east-1",
        "hostname": "localhost",
        "ingress.url": _address(workload, None),
        "cors.origins": "http://localhost:3000",
        "pod.ip": "127.0.0.1",
        "pod.name": "local",
    }
    return values[name]


def _address(workload: Workload, service: str | None) -> str:
    """Where a service's first route is found on this machine; None means the first route of all."""
    route = next((each for each in workload.ingress.routes if service in (None, each.service)), None)
    if route is None:
        return "http://localhost"
    return f"http://localhost:{workload.services[route.service].pod_ports[route.port].number}"


def environment(workload: Workload, stated: dict[str, EnvironmentValue]) -> dict[str, str]:
    """Return variables with their outputs filled in."""
    return {name: _variable(workload, value) for name, value in stated.items()}


def _variable(workload: Workload, value: EnvironmentValue) -> str:
    if isinstance(value, Wired):
        return _named(workload, value.output)
    return text(workload, value.text) if isinstance(value, Composed) else value


def text(workload: Workload, composed: str) -> str:
    """Return a composed text with every name in it replaced by what it is here."""
    return "".join(piece if isinstance(piece, str) else _named(workload, piece.name) for piece in pieces(composed))


def _named(workload: Workload, name: str) -> str:
    if name in get_args(WiredOutput):
        return output(workload, cast("WiredOutput", name))
    if name in get_args(SecretOutput):
        return _wired(workload, cast("SecretOutput", name))
    if name.startswith("secrets."):
        return secret(workload, name.removeprefix("secrets."))
    if name in offered_secrets(workload):
        return _further(workload, name)
    if name in offered_outputs(workload) or name.endswith(".headless_host"):
        # A service is found by its own name; of the rest nothing runs here, and a developer sees what to replace.
        return name.split(".")[1]
    return _address(workload, name.removeprefix("ingress.").removesuffix(".url"))


def secret(workload: Workload, name: str) -> str:
    """Return a declared secret's value here: the same on every machine, and good for nothing anywhere else."""
    kind = workload.secrets[name]
    if isinstance(kind, WiredSecret | TextSecret):
        return _wired(workload, kind.output) if isinstance(kind, WiredSecret) else text(workload, kind.text)
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
    return _postgres(needs.role, DATABASE if store == "database" else TIMESERIES, needs.name)


def _further(workload: Workload, name: str) -> str:
    """Return the address of a further database, by its output's name."""
    if workload.database is None:
        raise ValueError(f"{name} of a product without a database")
    return _postgres(workload.database.role, DATABASE, name.split(".")[1])


def _postgres(role: str, host: str, database: str) -> str:
    return f"postgres://{role}:{PASSWORD}@{host}:{_POSTGRES}/{database}?sslmode=disable"


def _encoded(name: str, count: int, encoding: str) -> str:
    """Draw bytes from the secret's own name: nothing random, so that the file never changes by itself."""
    drawn = shake_256(name.encode()).digest(count)
    return drawn.hex() if encoding == "hex" else b64encode(drawn).decode()
