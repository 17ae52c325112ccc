"""What an operation sees of the world and asks of it: the engine and its state, AWS, and the cluster."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from tools.operations.progress import Tag


@dataclass(frozen=True)
class Resource:
    """One resource of the engine's state."""

    type: str
    name: str
    stack: str
    id: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    protect: bool = False
    going: bool = False
    """Replaced already, and still to be deleted."""

    @property
    def physical(self) -> str:
        """The name or identifier that AWS knows it by."""
        for key in ("identifier", "replicationGroupId", "bucket", "name", "nodeGroupName"):
            value = self.outputs.get(key) or self.inputs.get(key)
            if isinstance(value, str):
                return value
        return self.id

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> "Resource":
        """Read one of the resources of an exported state."""
        urn = str(item["urn"])
        return cls(
            type=str(item["type"]),
            name=urn.rpartition("::")[2],
            stack=urn.split("::", 2)[0].rpartition(":")[2],
            id=str(item.get("id") or ""),
            inputs=cast("Mapping[str, Any]", item.get("inputs") or {}),
            outputs=cast("Mapping[str, Any]", item.get("outputs") or {}),
            protect=bool(item.get("protect")),
            going=bool(item.get("delete")),
        )


class Cloud(Protocol):
    """The engine and the account of one stack."""

    @property
    def tag(self) -> Tag:
        """Where the progress of the stack's operations is kept."""
        ...

    def state(self) -> Sequence[Resource]:
        """Give the resources of the last state; none where the stack was never brought up."""
        ...

    def configuration(self) -> Mapping[str, Any]:
        """Give the configuration of the newest `up` that came to its end well."""
        ...

    def up(self) -> None:
        """Bring the stack to what its files state. Raises `StoppedError`."""
        ...

    def planned(self, *, keeps: bool = False) -> Iterator[str]:
        """Say what the plan of the next `up` refuses, a line each; with `keeps`, any replacement."""
        ...

    def aws(self, service: str, command: str, **options: str) -> Mapping[str, Any]:
        """Run a command of the AWS CLI; an empty option is a flag. Gives its answer, or raises `StoppedError`."""
        ...

    def kubectl(self, *words: str) -> Mapping[str, Any] | None:
        """Ask the cluster for JSON; None where there is none to ask."""
        ...

    def removed_apis(self, cluster: str, before: str, after: str) -> Iterator[str]:
        """Name the objects in the cluster whose API a newer Kubernetes no longer serves, a line each."""
        ...
