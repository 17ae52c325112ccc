"""How a product reaches what it uses: one statement, from which every rule that lets it through is made.

Security groups, NetworkPolicies and the egress rules of ECS tasks are renderings of it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class DataTier:
    """The subnets that hold databases and caches."""


@dataclass(frozen=True)
class InNamespace:
    """Pods of another namespace of the cluster."""

    name: str


@dataclass(frozen=True)
class OfProduct:
    """A service in the product's own namespace, or among its own tasks."""

    name: str


@dataclass(frozen=True)
class PublicAddresses:
    """Any public address, and no private one."""


@dataclass(frozen=True)
class AwsService:
    """A service of AWS in the stack's region, over HTTPS and with a role of the caller's own.

    `endpoint` is the name of its endpoint: `com.amazonaws.<region>.<endpoint>`. An interface endpoint is there where
    the network has any, at addresses of the network; those behind a gateway endpoint are the service's public ones.
    """

    name: str
    endpoint: str


Place = DataTier | InNamespace | OfProduct | PublicAddresses | AwsService


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Ports at a place, and who may connect to them: each service or Job that names `use` under `uses`.

    `users` are services that reach it because of something else that they state. `toolbox` lets an operator's tools in
    too. With `node_reaches`, the node does on a cluster, and a pod needs no rule.
    """

    use: str
    place: Place
    ports: tuple[int, ...]
    users: frozenset[str] = frozenset()
    toolbox: bool = False
    node_reaches: bool = False

    @property
    def name(self) -> str:
        """What rules are called."""
        return self.use.replace("_", "-")

    def is_for(self, name: str, uses: tuple[str, ...]) -> bool:
        """Whether a service or Job of this name and these uses may connect."""
        return self.use in uses or name in self.users
