"""What AWS Backup accepts. Source: the Backup API reference."""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, Record, World, number, objects, text

_COLD_DAYS: Final = 90


def check_plan(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    code = "InvalidParameterValueException"
    for index, rule in enumerate(objects(inputs, "rules")):
        cold, kept = number(rule, "lifecycle.coldStorageAfter"), number(rule, "lifecycle.deleteAfter")
        if cold is not None and kept is not None and 0 < kept < cold + _COLD_DAYS:
            yield reject(
                f"rules[{index}].lifecycle.deleteAfter", code, f"DeleteAfterDays cannot be less than {_COLD_DAYS} days "
                "apart from MoveToColdStorageAfterDays", f"use at least {cold + _COLD_DAYS}",
            )  # fmt: skip


def kept_as_locked(record: Record, world: World) -> Iterator[Diagnostic]:
    """A plan keeps its recovery points as long as the lock of their vault asks for."""
    for index, rule in enumerate(objects(record.inputs, "rules")):
        vault = text(rule, "targetVaultName")
        if vault:
            yield from _within_lock(rule, vault, record.region, f"rules[{index}]", world)
        for position, copy in enumerate(objects(rule, "copyActions")):
            yield from _copied(copy, f"rules[{index}].copyActions[{position}]", world)


def _copied(copy: Properties, place: str, world: World) -> Iterator[Diagnostic]:
    """A copy is kept as the lock of its vault asks for, in whatever region that is."""
    vault = world.by_arn(text(copy, "destinationVaultArn") or "")
    if vault is not None:
        yield from _within_lock(copy, vault.id, vault.region, place, world)


def _within_lock(stated: Properties, vault: str, region: str, place: str, world: World) -> Iterator[Diagnostic]:
    kept = number(stated, "lifecycle.deleteAfter")
    for lock in world.mentioning(vault) if kept else ():
        if lock.type != facts.VAULT_LOCK or lock.region != region:
            continue
        low, high = number(lock.inputs, "minRetentionDays"), number(lock.inputs, "maxRetentionDays")
        if kept is not None and ((low is not None and kept < low) or (high is not None and kept > high)):
            reason = f"Retention of {kept} days is outside what the lock of vault {vault} allows ({low} to {high})"
            fix = "change the plan's retention, or the lock's"
            yield reject(f"{place}.lifecycle.deleteAfter", "InvalidParameterValueException", reason, fix)
