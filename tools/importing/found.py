"""The neutral model of what was found: what runs, what each of it needs, and what could not be understood."""

from dataclasses import dataclass, field
from typing import Literal

from settings.workload.container import AppProtocol

PartKind = Literal["service", "job"]
FolderKind = Literal["kept", "scratch", "shared", "each"]


@dataclass(frozen=True, kw_only=True)
class Note:
    """What is not carried over, why, and what to do; `at` is where in the part's section it is said."""

    what: str
    why: str
    do: str
    at: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return f"{self.what}: {self.why}; {self.do}."


@dataclass(frozen=True, kw_only=True)
class Variable:
    """An environment variable. `text` is None where the source has no value, and may hold names without a value.

    `guarded` says that the source itself keeps the value as a secret. `composed` is the text of one that is made from
    the pod's own address or name, with those as outputs in braces.
    """

    name: str
    text: str | None
    guarded: bool = False
    composed: str | None = None


@dataclass(frozen=True, kw_only=True)
class FoundPort:
    """A port of the container; `published` is how the outside reaches it, `host_port` the port there."""

    number: int
    name: str | None = None
    protocol: Literal["TCP", "UDP"] = "TCP"
    exposed: int | None = None
    published: Literal["no", "host", "local"] = "no"
    host_port: int | None = None
    speaks: AppProtocol | None = None


@dataclass(frozen=True, kw_only=True)
class FoundProbe:
    """A check of the container by one of four ways, with its times in seconds; `grpc` asks for the port's health."""

    path: str | None = None
    port: int | str | None = None
    grpc: bool = False
    grpc_service: str | None = None
    command: tuple[str, ...] = ()
    delay: int = 0
    period: int = 10
    timeout: int = 1
    failures: int = 3
    successes: int = 1


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A folder that the container writes to; `volume` is its name in the source, for those that are shared."""

    path: str
    kind: FolderKind
    volume: str | None = None
    size: str | None = None


@dataclass(frozen=True, kw_only=True)
class FoundRoute:
    """A host and path of the outside that lead to a part."""

    host: str | None
    path: str
    part: str
    port: int


@dataclass(kw_only=True)
class Part:
    """One thing that runs, as its source states it."""

    name: str
    origin: str
    kind: PartKind = "service"
    image: str | None = None
    build: str | None = None
    command: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    ports: list[FoundPort] = field(default_factory=list[FoundPort])
    variables: dict[str, Variable] = field(default_factory=dict[str, Variable])
    startup: FoundProbe | None = None
    readiness: FoundProbe | None = None
    liveness: FoundProbe | None = None
    requests: dict[str, str] = field(default_factory=dict[str, str])
    limits: dict[str, str] = field(default_factory=dict[str, str])
    replicas: int | None = None
    most: int | None = None
    targets: dict[str, int] = field(default_factory=dict[str, int])
    folders: list[Folder] = field(default_factory=list[Folder])
    files: dict[str, str] = field(default_factory=dict[str, str])
    secret_files: dict[str, str] = field(default_factory=dict[str, str])
    needs: dict[str, str] = field(default_factory=dict[str, str])
    """Other parts that it depends on, with the condition."""
    names: set[str] = field(default_factory=set[str])
    """Every name under which others reach it."""
    labels: dict[str, str] = field(default_factory=dict[str, str])
    """The pods' labels, by which Services find them."""
    schedule: str | None = None
    deadline: int | None = None
    retries: int | None = None
    grace: int | None = None
    user: int | None = None
    read_only: bool = False
    optional: bool = False
    recreate: bool = False
    headless: set[str] = field(default_factory=set[str])
    """Names of its headless Services, by which its pods find each other."""
    numbered: bool = False
    """Its pods keep a number each, and a name with it."""
    closed: bool = False
    """It reaches nothing outside."""
    sidecars: "list[Part]" = field(default_factory=list["Part"])
    notes: list[Note] = field(default_factory=list[Note])

    def note(self, what: str, why: str, do: str, *at: str) -> None:
        self.notes.append(Note(what=what, why=why, do=do, at=at))


@dataclass(kw_only=True)
class Found:
    """Everything that was read from one source."""

    name: str
    origin: str
    parts: list[Part] = field(default_factory=list[Part])
    routes: list[FoundRoute] = field(default_factory=list[FoundRoute])
    notes: list[Note] = field(default_factory=list[Note])

    def note(self, what: str, why: str, do: str) -> None:
        self.notes.append(Note(what=what, why=why, do=do))
