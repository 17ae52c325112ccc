"""What one change of a stack's year is: what it edits or has happen, its verdict, and what holds afterwards."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, cast

from settings import PlatformSettings
from settings.runtimes import Feature
from settings.workload.service import Service
from tools.operations.cloud import Resource
from tools.operations.files import Edits, Files, Setting
from tools.plan.words import Kind

Proof = Callable[[Sequence[Resource]], Iterable[str]]
"""Says of a state, a line each, what does not hold in it."""


@dataclass(frozen=True)
class Operation:
    """An operation of `make operation`, as it is asked for."""

    name: str
    of: str = ""
    to: str = ""


@dataclass(frozen=True)
class Drift:
    """What somebody sets by hand in the account, on the first resource of a type; without a value it is deleted."""

    type: str
    property: str = ""
    value: object = None


@dataclass(frozen=True, kw_only=True)
class Move:
    """What a change comes to on the files as they are now.

    `edits` is what the plan judges. With `operation` it is what the operation has written in the end.
    """

    edits: Edits = field(default_factory=Edits)
    operation: Operation | None = None
    waits: str = ""
    """How far the cloud's clock moves: `8d`."""
    drift: Drift | None = None
    proofs: Sequence[Proof] = ()
    gives_up: Sequence[str] = ()
    """Parts of the logical names of what holds data and is to go."""


@dataclass(frozen=True)
class Given:
    """The files of the stack as they are before a change."""

    files: Files

    @cached_property
    def settings(self) -> PlatformSettings:
        return self.files.settings()

    @property
    def on_kubernetes(self) -> bool:
        return Feature.KUBERNETES_API in self.settings.stack.offers

    @property
    def main(self) -> str:
        """The service that most changes are made to: the first, which every product has."""
        return next(name for name, each in self.settings.workload.services.items() if not each.optional)

    @property
    def service(self) -> Service:
        return self.settings.workload.services[self.main]

    def described(self, *path: str) -> Any:
        """Give what the product's file says of a setting."""
        return self.files.described(path)

    def listed(self, *path: str) -> list[Any]:
        """Give a list of the product's file; an empty one where the file is silent."""
        return list(cast("Iterable[Any]", self.files.described(path) or ()))

    def has(self, *path: str) -> bool:
        return self.files.described(path) is not None


Verdict = Kind | Callable[[Given], Kind] | None
"""A class of the plan, or how it follows from the files."""


@dataclass(frozen=True)
class Change:
    """An entry of the catalogue."""

    name: str
    verdict: Verdict
    """What `make plan` has to say of it; None of an operation that is no one change, and plans each step itself."""
    makes: Callable[[Given], Move | None]
    """Gives the move; None where the product, the stack, or what happened so far leaves no room for it."""
    after: str = ""
    """The change that has to come before, where `--only` names this one."""
    refused: bool = False
    """Whether it has to be refused: by the plan, or without a verdict by the program, before there is a plan. Then
    nothing is brought up, and the files go back."""
    says: str = ""
    """What the refusal has to say."""

    def expected(self, given: Given) -> Kind | None:
        """Give the verdict that the plan has to come to on these files."""
        return self.verdict(given) if callable(self.verdict) else self.verdict


NOTHING: Final = Kind.NOTHING


def of_product(values: Mapping[Setting, object], *proofs: Proof) -> Move:
    """State values in the product's file; None takes a setting out."""
    return Move(edits=Edits(product=values), proofs=proofs)


def of_stack(values: Mapping[Setting, object], *proofs: Proof) -> Move:
    """State values in the stack's file; None takes a setting out."""
    return Move(edits=Edits(stack=values), proofs=proofs)
