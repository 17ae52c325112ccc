"""Names that AWS keeps unique, and what it answers to a second resource of the same name."""

from collections.abc import Iterator

from offline_cloud.cloud.core import facts, registry
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.core.resource import Unique
from offline_cloud.cloud.model import Diagnostic, Record, World, at, flag, text


def once(paths: str, code: str, message: str = "", fix: str = Unique.fix) -> Unique:
    """State what occurs once in a region."""
    return Unique(paths, code, message, fix=fix)


def ever(paths: str, code: str, message: str = "") -> Unique:
    """State what occurs once in the whole account."""
    return Unique(paths, code, message, everywhere=True)


def duplicates(record: Record, world: World) -> Iterator[Diagnostic]:
    """Refuse a resource whose name another one has in the same scope."""
    if flag(record.inputs, "allowOverwrite") is True:
        return
    for rule in registry.of(record.type).uniques:
        other = _other(record, rule, world)
        if other is not None:
            first, *_, last = rule.paths.split() * 2
            names = {path: at(record.inputs, path) for path in rule.paths.replace("?", "").split()}
            said = rule.message or f"{' '.join(f'{{{name}}}' for name in names)} already exists"
            taken = f"{said.format_map(names)}: it is {facts.label(other)}"
            yield reject(first if last.endswith("?") else last, rule.code, taken, rule.fix)


def _other(record: Record, rule: Unique, world: World) -> Record | None:
    wanted = _key(record, rule)
    for other in _candidates(record, rule, world) if wanted is not None else ():
        in_scope = rule.everywhere or other.region == record.region
        if in_scope and not facts.is_same(record, other) and _key(other, rule) == wanted:
            return other
    return None


def _candidates(record: Record, rule: Unique, world: World) -> Iterator[Record]:
    for path in reversed(rule.paths.split()):
        value = text(record.inputs, path.rstrip("?"))
        if value is not None:
            # The index over inputs gives few records, where the type may have hundreds.
            yield from (other for other in world.mentioning(value) if other.type == record.type)
            return


def _key(record: Record, rule: Unique) -> tuple[str, ...] | None:
    values: list[str] = []
    for path in rule.paths.split():
        value = at(record.inputs, path.rstrip("?"))
        if not isinstance(value, str | int):
            if not path.endswith("?") or facts.is_unknown(record.inputs, path.rstrip("?")):
                return None
            value = ""
        values.append(str(value).lower().rstrip(".") if record.type == facts.DNS_RECORD else str(value))
    return tuple(values)
