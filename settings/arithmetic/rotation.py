"""Which passwords of the stores' users change by themselves, and how often."""

from settings.arithmetic.roles import made_from, outputs_of
from settings.runtimes import Feature
from settings.stack import StackSettings
from settings.workload import Workload


def rotation_days(stack: StackSettings, workload: Workload, store: str) -> int | None:
    """Return how often the passwords of a store's users change; None where they stay.

    They change where every reader hears of it: on a cluster External Secrets composes what is read anew and its readers
    are replaced, but a URL that is stored whole, as tasks and `reads_secrets` get it, would keep the first password.
    """
    stored_whole = any(
        made_from(workload, name, store) for service in workload.services.values() for name in service.reads_secrets
    )
    return stack.rotation.every_days if Feature.KUBERNETES_API in stack.offers and not stored_whole else None


def role_rotation_days(stack: StackSettings, workload: Workload) -> int | None:
    """Return how often the passwords of the database's roles change; None where they stay.

    A role has two log-ins that take turns. So a reader must get the name with the password: one that asks for the
    password alone states a name of its own, and a pooler knows one log-in at a time. The function that changes them
    runs in the network, whose encryption control takes no function.
    """
    needs = workload.database
    alone = any("database.password" in outputs_of(workload, name) for name in workload.secrets)
    if needs is None or needs.pooler is not None or alone or workload.transit_encryption != "none":
        return None
    return rotation_days(stack, workload, "database")
