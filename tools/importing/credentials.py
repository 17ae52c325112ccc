"""Which variables hold a credential: told by the name, and by what stands in the value."""

import re

from settings.checks.literals import is_credential
from tools.importing.interpolation import unset

_CERTAIN = re.compile(
    r"(PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|SECRET|TOKEN|SALT|CREDENTIALS?|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY(_ID)?"
    r"|SECRET_?KEYS?(_BASE)?|(ENCRYPTION|SIGNING|MASTER|AUTH|HMAC|JWT|APP|LICENSE|SESSION|COOKIE|OTP|VAPID_PRIVATE)_?KEYS?"
    r"|(ENCRYPTION|SALT)_(SALT_)?KEYS?|(?<![A-Z])AUTH|DETERMINISTIC_KEY|DERIVATION_SALT|PRIMARY_KEY|SECRETS)$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(_DSN|DATABASE_URL|DATASOURCE|CONNECTION_(STRING|URL)|_URI|BROKER_URL|SMTP_URL|AMQP_URL)$", re.I
)
_NO_SECRET = re.compile(
    r"(?:|true|false|yes|no|on|off|enabled|disabled|none|null|/[^\s]*|[^\s]*\.(pem|crt|key|json))", re.I
)
_IN_TEXT = re.compile(r"\b(password|passwd|pwd|secret|token)\s*=\s*[^\s;&]+", re.IGNORECASE)
_OWN = re.compile(
    r"(SECRET_?KEY_?BASE|(?<!ACCESS_)SECRET_?KEY|(JWT|SESSION|COOKIE|NEXTAUTH|OTP|APP|HMAC|SIGNING|STATE|CSRF|WEBHOOK)_SECRET"
    r"|INTERNAL_API_SECRET|(ENCRYPTION|SIGNING|SESSION|COOKIE|APP|JWT)_KEY|SALT|DERIVATION_SALT|DETERMINISTIC_KEY|AUTH_TOKEN)$",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"(AWS|S3|SMTP|MAIL|EMAIL|GITHUB|GITLAB|GOOGLE|OAUTH|OIDC|SLACK|STRIPE|TWILIO|SENTRY|OPENAI|LDAP)", re.I
)


def credential(name: str, text: str | None) -> bool:
    """Whether a variable is to be a secret; `text` is None, or marked, where its value is not known."""
    if text is None or unset(text):
        return bool(_CERTAIN.search(name) or _ADDRESS.search(name) or (text and _userinfo(text)))
    if _CERTAIN.search(name) and not _NO_SECRET.fullmatch(text):
        return True
    return is_credential(name, text) or bool(_userinfo(text)) or bool(_IN_TEXT.search(text))


def named(name: str) -> bool:
    """Whether a name alone says that the value is a credential, be it empty."""
    return bool(_CERTAIN.search(name))


def _userinfo(text: str) -> bool:
    return bool(re.search(r"[a-z][a-z0-9+.-]*://[^\s/@]*:[^\s/@]+@", text, re.IGNORECASE))


def own(name: str, *, alone: bool = False) -> bool:
    """Whether the product makes such a value up by itself, so that the platform may: no other party knows it.

    `alone` asks for the whole name, so that SECRET_KEY is one and INIT_PROJECT_SECRET_KEY is not.
    """
    found = _OWN.fullmatch(name) if alone else _OWN.search(name)
    return found is not None and not _OTHERS.search(name)


def placeholder(value: str) -> bool:
    """Whether a value only says that one is to be put there."""
    return not value or _PLACEHOLDER.search(value) is not None


def held(value: str | None) -> bool:
    """Whether a credential's value is long enough, and its own, to be looked for in other texts."""
    return value is not None and not unset(value) and len(value) >= _LEAST and not placeholder(value)


_LEAST = 8
_PLACEHOLDER = re.compile(r"change|replace|example|your|password|insert|placeholder|xxxx|^secret$|0{16}|<|todo", re.I)
