"""Every operation: its name, what it is for, what it changes, and what it has to be told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tools.operations import (
    add_zone,
    change_environment,
    fixed_to_autoscaling,
    grow_volumes,
    lower_replicas,
    move_domain,
    promote_replica,
    redis_to_valkey,
    rename_secret,
    replace_system_nodes,
    retire_store,
    upgrade_kubernetes,
    upgrade_postgresql,
)
from tools.operations.case import Case
from tools.operations.steps import Plan


@dataclass(frozen=True)
class Operation:
    name: str
    title: str
    changes: Sequence[str]
    """The settings that it writes."""
    told: str
    """What it has to be told, as arguments of make."""
    plan: Callable[[Case], Plan]


_ALL: Final = (
    Operation(
        "upgrade-postgresql", "a new major version of PostgreSQL, with a snapshot to go back to",
        upgrade_postgresql.CHANGES, "TO=17", upgrade_postgresql.plan,
    ),
    Operation(
        "retire-store", "a database, cache, bucket or secret that is no longer needed, or tasks that have logs",
        retire_store.CHANGES, "OF=cache|database|buckets.<name>|secrets.<NAME>|services.<name>|jobs.<name>",
        retire_store.plan,
    ),
    Operation(
        "rename-secret", "another name for a secret: both are valid until every reader has moved",
        rename_secret.CHANGES, "OF=<NAME> TO=<NEW_NAME>", rename_secret.plan,
    ),
    Operation(
        "replace-system-nodes", "other machines for the platform's own pods",
        replace_system_nodes.CHANGES, "TO=m7i.2xlarge,…", replace_system_nodes.plan,
    ),
    Operation(
        "upgrade-kubernetes", "the next minor version of Kubernetes",
        upgrade_kubernetes.CHANGES, "TO=1.36", upgrade_kubernetes.plan,
    ),
    Operation(
        "add-zone", "one more zone, at the end of `zones`", add_zone.CHANGES, "TO=use1-az5", add_zone.plan
    ),
    Operation(
        "change-environment", "the sizes, then the protections, of another environment on the same stack",
        change_environment.CHANGES, "TO=production", change_environment.plan,
    ),
    Operation(
        "move-domain", "another domain: the product answers under both until the old one is asked for no more",
        move_domain.CHANGES, "TO=example.com, and OF=<id of its hosted zone> where that stands already",
        move_domain.plan,
    ),
    Operation(
        "promote-replica", "a region's copy of the primary's database becomes the writer",
        promote_replica.CHANGES, f"TO={promote_replica.REGARDLESS} where the primary lives, or nobody can tell",
        promote_replica.plan,
    ),
    Operation("lower-replicas", "fewer read replicas", lower_replicas.CHANGES, "TO=1", lower_replicas.plan),
    Operation(
        "redis-to-valkey", "from Redis to Valkey, in place", redis_to_valkey.CHANGES, "TO=8.0", redis_to_valkey.plan
    ),
    Operation(
        "grow-volumes", "larger volumes for Prometheus", grow_volumes.CHANGES, "TO=200 (GiB)", grow_volumes.plan
    ),
    Operation(
        "fixed-to-autoscaling", "an autoscaler in place of a fixed number of copies",
        fixed_to_autoscaling.CHANGES, "OF=<service> TO=6", fixed_to_autoscaling.plan,
    ),
)  # fmt: skip
OPERATIONS: Final = {each.name: each for each in _ALL}
