"""A user of a store, and what the platform keeps of it."""

from dataclasses import dataclass

from pulumi import Output

from components.secrets.stored_secret import SecretEntry


@dataclass(frozen=True, kw_only=True)
class StoreUser:
    """A user that a password is made for. `key` is what texts call the credential, `label` ends its secret's name.

    With `shared`, a region that reads the primary's secrets uses the primary's copy.
    """

    key: str
    label: str
    username: str
    description: str
    shared: bool = False


@dataclass(frozen=True, kw_only=True)
class Credential:
    """A JSON document in Secrets Manager with `username` and `password`.

    `password` is the value itself, a secret output; None where another region or stack made it.
    """

    entry: SecretEntry
    user: str
    password: Output[str] | None = None
