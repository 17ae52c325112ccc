"""Which of a product's declared secrets have a value on this stack."""

from collections.abc import Iterable, Mapping
from typing import Final

from components.product.credentials import secrets_in, text_of
from components.product.wiring import Wiring
from settings import PlatformSettings
from settings.arithmetic.roles import acting as acting_of
from settings.workload import Workload
from settings.workload.data import MIGRATION
from settings.workload.secrets import ProvidedSecret, TextSecret, WiredSecret

NOBODY: Final[Mapping[str, str]] = {}
"""In place of no credential: as services connect."""


def available(settings: PlatformSettings, wiring: Wiring, name: str) -> bool:
    """Whether a declared secret has a value; a provided one may go without, when it is not required.

    So may what is made from a credential that the platform does not know, such as that of an event bus elsewhere.
    """
    secret = settings.workload.secrets[name]
    if isinstance(secret, WiredSecret | TextSecret):
        text = text_of(secret, wiring.secret_texts)
        return text is not None and all(available(settings, wiring, part) for part in secrets_in(text))
    return not (isinstance(secret, ProvidedSecret) and not secret.required and name not in wiring.secrets)


def valued(settings: PlatformSettings, wiring: Wiring, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of the named secrets that have a value, each once."""
    return tuple(dict.fromkeys(name for name in names if available(settings, wiring, name)))


def environment_keys(settings: PlatformSettings, wiring: Wiring, acting: Mapping[str, str] = NOBODY) -> tuple[str, ...]:
    """Name the secrets that are read as environment variables with these credentials.

    Without any it names those of all: an operator's tools connect as services do.
    """
    names = {
        name
        for consumer, secrets in _consumers(settings.workload).items()
        for name in secrets
        if not acting or acting_of(settings.workload, consumer) == acting
    }
    return valued(settings, wiring, sorted(names))


def other_credentials(workload: Workload) -> list[Mapping[str, str]]:
    """List, each once, the sets of credentials that somebody has in place of the services'."""
    found = {tuple(each.values()): each for name in _consumers(workload) if (each := acting_of(workload, name))}
    return list(found.values())


def _consumers(workload: Workload) -> dict[str, tuple[str, ...]]:
    """Name what services, jobs and the migration read."""
    migration = {MIGRATION: workload.migration.secrets} if workload.migration is not None else {}
    jobs = {name: job.secrets for name, job in workload.jobs.items()}
    return {**{name: service.pod_secrets for name, service in workload.services.items()}, **jobs, **migration}
