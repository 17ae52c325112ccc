"""Another name for a secret: both hold one value until every reader has moved, then the old one is retired."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from settings.workload.secrets import GeneratedSecret, ProvidedSecret, Secret, SigningKeySecret, TextSecret, WiredSecret
from tools.operations import stores
from tools.operations.case import Case, by_hand
from tools.operations.cloud import Resource
from tools.operations.files import Edits, Setting
from tools.operations.retire_store import Retirement
from tools.operations.steps import Plan, Step

CHANGES: Final = ("permits", "secrets of the workload, and all that names them")
_RENAMED: Final = "renamed_from"
_READERS: Final = ("kubernetes:helm.sh/v3:Release", "aws:ecs/taskDefinition:TaskDefinition")
_LISTS: Final = ("secrets", "reads_secrets")
_NAMING: Final = ("secret", "of")
_CLIENTS: Final[tuple[Setting, ...]] = (
    ("ingress", "sign_on", "client_secret"),
    ("consoles", "sign_on", "client_secret"),
)
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII)


def plan(case: Case) -> Plan:
    """Plan another name, the one that progress goes to, for the secret that it is of."""
    renaming = Renaming(case)
    return Plan(renaming.steps(), renaming.ready, renaming.was)


class Renaming:
    def __init__(self, case: Case) -> None:
        self._case, self._old, self._new = case, case.progress.of, case.progress.to
        self._file = Names(case, self._old, self._new)

    def ready(self) -> Iterator[str]:
        yield from self._case.standing()
        declared = self._case.files.settings().workload.secrets
        known = [name for name, each in declared.items() if _keeps_its_value(each)]
        if self._old not in known:
            yield (
                f"OF: given {self._old!r}, allowed: {', '.join(known) or 'nothing'}; a secret of users, one that is "
                "rotated and one that somebody else keeps get new values in any case: declare another beside it"
            )
        elif self._holding() is None:
            yield (
                f"secrets.{self._old} holds nothing of its own on {self._case.files.stack}: declare both names and run "
                "`up`, and take the old one out once nobody reads it"
            )
        elif not _NAME.fullmatch(self._new) or self._new == self._old:
            yield f"TO: given {self._new!r}, allowed: another name, of letters, digits, _ . and -"
        elif self._new in declared and not self._file.stated():
            yield f"TO: given {self._new!r}, which is declared already: choose a name that is free"

    def was(self) -> str:
        held = self._holding()
        return stores.remembered(held) if held else ""

    def steps(self) -> tuple[Step, ...]:
        case, old, new = self._case, self._old, self._new
        others = case.files.others()
        tidied = Edits() if others else Edits(product={("secrets", new, _RENAMED): None})
        retirement = Retirement(case, f"secrets.{old}", case.progress.was, self._file.without(), tidied)
        return (
            *self._provided(),
            case.change(
                "both", f"declare {new} beside {old}: both hold the same value, and every reader gets both",
                self._file.both(), shown=self._missing, tells=lambda: self._others(others), until="leave-out",
                undo=f"permit `retire` of secrets.{new}, run `up`, take {new} out of the product's file, and run `up`",
            ),
            by_hand("readers", f"let every reader take {new}", self._readers),
            *retirement.steps(),
        )  # fmt: skip

    def _provided(self) -> Iterator[Step]:
        """A provided value is the operator's: nothing here reads it."""
        definition = self._file.definition()
        if definition.get("kind") != "provided" or definition.get("required") is False:
            return
        stack, old, new = self._case.files.stack, self._old, self._new
        yield Step(
            key="value", title=f"set the value of {new}",
            done=lambda: self._case.files.given(("secrets", new)) is not None,
            by_hand=lambda: (
                f"pulumi config get --stack {stack} --path groundwork:secrets.{old} |\n"
                f"  pulumi config set --stack {stack} --secret --path groundwork:secrets.{new}"
            ),
            undo=f"pulumi config rm --stack {stack} --path groundwork:secrets.{new}",
        )  # fmt: skip

    def _holding(self) -> Resource | None:
        return stores.holding(self._case, f"secrets.{self._old}")

    def _missing(self) -> Iterable[str]:
        """Say where the new name is not beside the old one yet."""
        if stores.holding(self._case, f"secrets.{self._new}") is None:
            yield f"{self._new} is not in Secrets Manager"
        current = {each.outputs.get("arn") for each in self._case.cloud.state() if each.type == _READERS[1]}
        for each in self._case.cloud.state():
            text = json.dumps(each.inputs, default=str) if each.type in _READERS and not each.going else ""
            if _named(self._old, text) and not _named(self._new, text):
                yield f"{each.name} has {self._old} alone"
            if each.type == "aws:ecs/service:Service" and each.inputs.get("taskDefinition") not in current:
                yield f"service {each.name} runs an older task definition"

    def _others(self, others: list[str]) -> Iterator[str]:
        if others:
            yield (
                f"the product's file is that of {', '.join(others)}, too: rename it there as well before {self._old} "
                f"is left out here, and take `{_RENAMED}` out once all are done"
            )

    def _readers(self) -> str:
        names = ", ".join(self._file.readers()) or "nothing"
        return (
            f"{self._old} and {self._new} are both there, with one value. Bring out a version that reads {self._new} "
            f"alone; {self._old} is named by {names}"
        )


class Names:
    """What the product's file says of the two names, and what it is to say."""

    def __init__(self, case: Case, old: str, new: str) -> None:
        self._case, self._old, self._new = case, old, new

    def definition(self) -> Mapping[str, Any]:
        """Give what is stated of the secret, under whichever of its names is there."""
        declared = self._declared()
        return cast("Mapping[str, Any]", declared.get(self._old) or declared.get(self._new) or {})

    def stated(self) -> bool:
        """Whether another stack of the product has written both names already."""
        return self._case.files.stated(Edits(product={("secrets", self._new): self._definition_of_new()}))

    def both(self) -> Edits:
        """Declare the new name, and let whoever lists the old one list it as well."""
        lists = {
            path: [each for name in names for each in ((name, self._new) if name == self._old else (name,))]
            for path, names in self._lists()
            if self._new not in names
        }
        return Edits(product={("secrets", self._new): self._definition_of_new(), **lists})

    def without(self) -> Edits:
        """Take the old name out: out of lists, and what names it elsewhere names the new one."""
        product: dict[Setting, object] = {
            path: list(dict.fromkeys(self._new if each == self._old else each for each in names))
            for path, names in self._lists()
        }
        product |= {path: value for path, value in self._uses() if path[:2] != ("secrets", self._old)}
        stack: dict[Setting, object] = {
            path: self._new for path in _CLIENTS if self._case.files.given(path) == self._old
        }
        return Edits(product={**product, ("secrets", self._old): None}, stack={**stack, ("secrets", self._old): None})

    def readers(self) -> list[str]:
        """Name what lists the old name."""
        return sorted(".".join(path[:-1]) for path, _ in self._lists())

    def _definition_of_new(self) -> Mapping[str, Any]:
        definition = {key: value for key, value in self.definition().items() if key != _RENAMED}
        drawn = definition.get("kind") in ("generated", "signing_key")
        return {**definition, _RENAMED: self._old} if drawn else definition

    def _declared(self) -> Mapping[str, Any]:
        return cast("Mapping[str, Any]", self._case.files.described(("secrets",)) or {})

    def _lists(self) -> list[tuple[Setting, list[str]]]:
        return [
            (path, cast("list[str]", value))
            for path, value in self._places()
            if path[-1] in _LISTS and isinstance(value, list) and self._old in value
        ]

    def _uses(self) -> Iterator[tuple[Setting, object]]:
        """Give what names it as the content of a file, as the value before, or within a text."""
        part = f"{{secrets.{self._old}}}"
        for path, value in self._places():
            if path[-1] in _NAMING and value == self._old:
                yield path, self._new
            elif isinstance(value, str) and part in value:
                yield path, value.replace(part, f"{{secrets.{self._new}}}")

    def _places(self) -> Iterator[tuple[Setting, object]]:
        return _below(self._case.files.described(()), ())


def _below(value: object, path: Setting) -> Iterator[tuple[Setting, object]]:
    if not isinstance(value, Mapping):
        yield path, value
        return
    for key, each in cast("Mapping[object, object]", value).items():
        yield from _below(each, (*path, str(key)))


def _named(name: str, text: str) -> bool:
    """Whether a name stands in a text by itself: JSON within JSON has its quotes behind a stroke."""
    return re.search(rf"(?<![A-Za-z0-9_.-]){re.escape(name)}(?![A-Za-z0-9_.-])", text) is not None


def _keeps_its_value(secret: Secret) -> bool:
    """Whether the same value can stand under two names."""
    if isinstance(secret, GeneratedSecret):
        return secret.rotate_every_days is None
    return isinstance(secret, SigningKeySecret | ProvidedSecret | WiredSecret | TextSecret)
