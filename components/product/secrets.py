"""Which of a product's declared secrets have a value on this stack."""

from collections.abc import Iterable

from components.product.credentials import secrets_in, text_of
from components.product.wiring import Wiring
from settings import PlatformSettings
from settings.workload.secrets import ProvidedSecret, TextSecret, WiredSecret


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
