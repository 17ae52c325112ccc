"""A user of a store, and what the platform keeps of it."""

from dataclasses import dataclass

from pulumi import Output

from components.secrets.stored_secret import SecretEntry
from settings.arithmetic.roles import Store, needs_of, role_names
from settings.workload import Workload


@dataclass(frozen=True, kw_only=True)
class StoreUser:
    """A user that a password is made for. `key` is what texts call the credential, `label` ends its secret's name.

    With `shared`, a region that reads the primary's secrets uses the primary's copy. With `rotated`, the password that
    is made is the first of many.
    """

    key: str
    label: str
    username: str
    description: str
    shared: bool = False
    rotated: bool = False


@dataclass(frozen=True, kw_only=True)
class Credential:
    """A JSON document in Secrets Manager with `username` and `password`.

    `password` is the value itself, a secret output; None where another region or stack made it. Of one that rotates it
    is the first value, which a user is made with and nobody else is handed.
    """

    entry: SecretEntry
    user: str
    password: Output[str] | None = None


def role_users(
    workload: Workload, store: Store, description: str, *, shared: bool, rotated: bool = False
) -> list[StoreUser]:
    """Return a user for each role of a store's databases; `description` says of what they are roles."""
    needs = needs_of(workload, store)
    roles = role_names(workload, store, needs) if needs is not None else {}
    return [
        StoreUser(
            key=key,
            # The name of the first secret is older than the other roles.
            label=f"{store}-role" if key == store else key.replace("_", "-"),
            username=name,
            description=f"Role {name} of {description}",
            shared=shared,
            rotated=rotated,
        )
        for key, name in roles.items()
    ]
