"""What looks like a credential that stands where everybody reads it."""

import re
from typing import Final

_NAMES: Final = re.compile(
    r"(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_KEY|PRIVATE_KEY|API_KEY|APIKEY|ACCESS_KEY|AUTH_TOKEN|"
    r"ACCESS_TOKEN|BEARER_TOKEN|CLIENT_SECRET|SIGNING_KEY|ENCRYPTION_KEY)$"
)
_VALUES: Final = re.compile(
    # An access key's ID: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    r"(?<![A-Z0-9])A(?:KIA|SIA)[A-Z0-9]{16}(?![A-Z0-9])"
    r"|-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"
    r"|[a-z][a-z0-9+.-]*://[^\s:/@$]+:[^\s:/@$]+@(?!localhost\b|127\.0\.0\.1\b)"
)
"""A password for what runs beside the program itself, such as a database to restore into, keeps nobody out."""
_ASSIGNED: Final = re.compile(r"""^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)=["']?([^\s"'$`;|&()]+)["']?\s*$""", re.MULTILINE)
_REFERENCE: Final = re.compile(r"arn:aws|/|\$|true$|false$|\d*$", re.IGNORECASE)
"""Values that name where a secret is, are made of another variable, or are a switch or a number."""


def is_secret(name: str, value: object) -> bool:
    """Whether a plain variable holds a credential, by its name or by how its value looks."""
    if not isinstance(value, str) or not value:
        return False
    if _VALUES.search(value):
        return True
    return _NAMES.search(name.upper()) is not None and not _REFERENCE.match(value)


def holds_credential(text: str) -> bool:
    """Whether a text, such as a machine's start script, holds a credential, by how it looks or by its variable."""
    return _VALUES.search(text) is not None or any(is_secret(name, value) for name, value in _ASSIGNED.findall(text))
