"""What is written down of one type of resource, beside its derived table: every facet that a service may state."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.model import Diagnostic, Properties, Record, Value, World

Check: TypeAlias = Callable[[Properties, str], Iterable[Diagnostic]]
"""Judges the inputs alone, in a region."""
Rule: TypeAlias = Callable[[Record, World], Iterable[Diagnostic]]
UpdateRule: TypeAlias = Callable[[Record, Record, World], Iterable[Diagnostic]]


@dataclass(frozen=True)
class Waits:
    """An update of which something is not done yet."""

    inputs: Properties
    """What the resource is meanwhile."""
    outputs: Properties = field(default_factory=dict[str, Value])
    later: tuple[Record, ...] = ()
    """What is kept for later, in the place of what had the same id."""
    over: tuple[tuple[str, str], ...] = ()
    """The types and ids of what waited before and is done now."""


@dataclass(frozen=True)
class Unique:
    """Input paths that together occur once, in a region or in the whole account (of buckets: in the world).

    A path with a question mark may be left out, and then counts as empty.
    """

    paths: str
    code: str
    message: str = ""
    everywhere: bool = False
    fix: str = "give one of the two another name, or leave the name out to have one generated"


@dataclass(frozen=True)
class Missing:
    """AWS's code where a reference names nothing; ``provided`` matches names that AWS brings itself."""

    code: str
    provided: str = "(?!)"

    def is_provided(self, name: str) -> bool:
        """Tell whether a name is one of AWS's own."""
        return re.fullmatch(self.provided, name) is not None


@dataclass(frozen=True)
class Dependents:
    """The inputs of other types that hold a resource back, and AWS's code while they do.

    ``users`` maps a type to the input paths that refer to the resource by its id, ARN or physical name; a path to
    an object or a list covers all that is in it.
    """

    code: str
    users: Mapping[str, str]


@dataclass(frozen=True)
class Protection:
    """An input that forbids deletion while it is true."""

    path: str
    code: str


@dataclass(frozen=True)
class Document:
    """An input that holds a policy: its kind, its quota in characters without white space, and the error code."""

    path: str
    kind: Literal["identity", "trust", "resource"]
    limit: int
    code: str = "MalformedPolicyDocument"
    principals_exist: bool = False
    names_resources: bool = True


@dataclass(frozen=True)
class Role:
    """An input that holds the ARN of the role that a service is handed.

    ``principal`` has to be able to assume it. ``bare`` is what the service says to a role that may do nothing; without
    a word, it fails at its first deed. ``needs`` are the actions without which it fails as well.
    """

    path: str
    principal: str = ""
    code: str = "InvalidParameterException"
    bare: str = ""
    needs: tuple[str, ...] = ()
    begun: bool = True
    """Whether the service begins to work with the role; False where another rule looks at what it may do."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A type's facets; ``checks`` judge inputs alone, ``states`` what holds at a create and at every update."""

    id: str | Callable[[Subject], str] = ""
    """A template of the id, or a function that makes it; without one, the name and a few digits."""
    name: str = "name"
    """The input that holds the physical name."""
    outputs: Mapping[str, Value] | Callable[[Subject], Properties] = field(default_factory=dict[str, Value])
    """What AWS adds, where it is closer to AWS than what was derived."""
    described: Callable[[Properties], Properties] | None = None
    """The inputs that AWS describes otherwise than they were given: the next ``up`` shows the difference."""
    checks: tuple[Check, ...] = ()
    states: tuple[Rule, ...] = ()
    creates: tuple[Rule, ...] = ()
    updates: tuple[UpdateRule, ...] = ()
    deletes: tuple[Rule, ...] = ()
    unique: Unique | tuple[Unique, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Input paths that name a resource of another type: path → type."""
    ids: Mapping[str, str] = field(default_factory=dict[str, str])
    """Input paths that hold the id of a resource whose ids have no prefix of their own: path → type."""
    missing: Missing = Missing("ResourceNotFoundException")
    document: Document | None = None
    role: Role | None = None
    held_by: Dependents | None = None
    protected: Protection | None = None
    leaves: Callable[[Record, datetime], Iterable[Record]] | None = None
    """What is in the account after a deletion at some time, and was not before."""
    waits: Callable[[Record, Record, World, datetime], Waits] | None = None
    """What an update at some time leaves waiting: the state before it and what is asked for are given."""
    deferred: frozenset[str] = frozenset()
    """The inputs that wait for a maintenance window: the provider reads back what they are until then."""
    maintained: Callable[[Record, date, date], Record | None] | None = None
    """What the window of a day makes of a resource unasked; the day before it, up to which all was as it is."""
    emptied_by: str = ""
    """The input that makes AWS empty the resource by itself before it is deleted."""

    @property
    def uniques(self) -> tuple[Unique, ...]:
        """What occurs once, one rule or several."""
        return (self.unique,) if isinstance(self.unique, Unique) else self.unique

    @property
    def judges(self) -> bool:
        """Whether a rule speaks of the type."""
        rules = (self.checks, self.states, self.creates, self.updates, self.unique, self.names, self.ids)
        return any(rules) or self.document is not None or self.role is not None


Resources: TypeAlias = Mapping[str, Resource]
"""A service's types. Where no source is named, it is the API reference page of the operation that makes the type."""
UNDESCRIBED = Resource()
