"""Every rule of the pack."""

from policies.rule import Rule
from policies.rules import (
    cache,
    cluster,
    database,
    delivery,
    files,
    identity,
    images,
    ingress,
    messages,
    network,
    observation,
    protection,
    secrets,
    storage,
    support,
)

RULES: tuple[Rule, ...] = (
    *network.RULES,
    *cluster.RULES,
    *database.RULES,
    *cache.RULES,
    *secrets.RULES,
    *storage.RULES,
    *messages.RULES,
    *files.RULES,
    *images.RULES,
    *ingress.RULES,
    *identity.RULES,
    *observation.RULES,
    *delivery.RULES,
    *protection.RULES,
    *support.RULES,
)
