"""The runtimes that a product can run on, and what each of them lacks.

One table. Checks tell the user what of a product or a stack the chosen runtime cannot do, before anything is created;
everything else reads from it what there is to look after. A new runtime adds a name and a row here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final, Literal, TypeVar

from settings.facts.regions import WITHOUT_EKS

RuntimeName = Literal["eks", "ecs"]
_Judged = TypeVar("_Judged")


class Feature(Enum):
    """What a product or a stack may ask of a runtime, and not every runtime has."""

    KUBERNETES_API = auto()
    """An API that charts are installed through, and that people and tools reach."""
    NODE_POOLS = auto()
    """`node_pools`, and machines that are launched as pods need them."""
    TIMESERIES = auto()
    IMAGE_POLICY = auto()
    HELM_CHART = auto()
    TRANSIT_ENCRYPTION = auto()
    EVENT_BUS_OF_ITS_OWN = auto()
    CONSOLES = auto()
    TOOLBOX = auto()
    """`application.toolbox`: clients of every store, running all the time."""
    DASHBOARDS = auto()
    LOAD_TEST = auto()
    ROUND_TRIP = auto()
    """`verification.database_round_trip_milliseconds`."""
    REQUESTS_BY_TARGET = auto()
    """A smoke check that counts what each copy of a service answered."""
    RESTORED_APPLICATION = auto()
    """A restore test that migrates the restored database, and runs a service on it."""
    METRICS_UNASKED = auto()
    """Somebody reads the product's metrics without a setting that asks for it."""
    NAMESPACE = auto()
    LEASES = auto()
    """`leader_election`."""
    PEERS = auto()
    """A service whose pods find each other by DNS."""
    POD_OUTPUTS = auto()
    """`pod.ip` and `pod.name` in variables."""
    CALLS_OF_JOBS = auto()
    """Jobs that reach a service of the product by its name."""
    GRPC_PROBES = auto()
    """A probe that asks gRPC's own health service."""
    DATABASE_OF_ANOTHER_REGION = auto()
    """`database.source` other than `own`."""
    PERSISTENT_VOLUMES = auto()
    LONG_FILES = auto()
    """Files of a service that are longer than a task definition."""
    ANY_SIZE = auto()
    """Services and jobs of any size that a machine holds."""
    ANY_SCHEDULE = auto()
    """Every line of cron."""
    VARIABLES_IN_ARGUMENTS = auto()
    """Arguments that name a variable, for an image whose entry point the file does not state."""


@dataclass(frozen=True)
class Lack:
    """Why a runtime lacks a feature, and what happens to a product that asks for it; None: it is refused."""

    why: str
    instead: str | None = None


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What one runtime has.

    `sized_as` says whose arithmetic its machines are judged by: pods on nodes, or tasks on Fargate and on one host.
    `refused_zones` are ids of availability zones that it takes no subnet in, by region. `service_principals` are the
    services of AWS that it is made of, whose service-linked roles an account needs.
    """

    sized_as: Literal["pods", "tasks"]
    lacks: Mapping[Feature, Lack] = field(default_factory=dict[Feature, Lack])
    refused_zones: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    service_principals: frozenset[str] = frozenset()

    def __contains__(self, feature: Feature) -> bool:
        return feature not in self.lacks

    def by_size(self, *, pods: _Judged, tasks: _Judged) -> _Judged:
        """Choose between what holds for pods and what holds for tasks: nothing else reads `sized_as`."""
        return pods if self.sized_as == "pods" else tasks


_TAKES_A_CLUSTER = Lack("which needs a Kubernetes cluster")
_LEFT_OUT = Lack("made for a cluster", "it is left out")

RUNTIMES: Final[Mapping[RuntimeName, Offers]] = {
    "eks": Offers(
        sized_as="pods",
        refused_zones=WITHOUT_EKS,
        service_principals=frozenset({"eks.amazonaws.com", "eks-nodegroup.amazonaws.com", "autoscaling.amazonaws.com"}),
    ),
    "ecs": Offers(
        sized_as="tasks",
        lacks={
            Feature.KUBERNETES_API: _TAKES_A_CLUSTER,
            Feature.TIMESERIES: _TAKES_A_CLUSTER,
            Feature.IMAGE_POLICY: _TAKES_A_CLUSTER,
            Feature.HELM_CHART: _TAKES_A_CLUSTER,
            Feature.TRANSIT_ENCRYPTION: _TAKES_A_CLUSTER,
            Feature.EVENT_BUS_OF_ITS_OWN: Lack("runs its event bus on a cluster"),
            Feature.CONSOLES: Lack("the consoles run in a cluster"),
            Feature.TOOLBOX: Lack("a task of the product's own image is started with `aws ecs run-task`"),
            Feature.DATABASE_OF_ANOTHER_REGION: Lack(
                "a task's database URL is composed from a password that only the primary's stack knows"
            ),
            Feature.PERSISTENT_VOLUMES: Lack("a task's volumes end with it"),
            Feature.LONG_FILES: Lack("files stand in the task definition"),
            Feature.ANY_SIZE: Lack("Fargate sells tasks of certain sizes"),
            Feature.ANY_SCHEDULE: Lack("EventBridge Scheduler does not express every line of cron"),
            Feature.VARIABLES_IN_ARGUMENTS: Lack("a shell has to put the value in"),
            # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts.html
            Feature.PEERS: Lack("Service Connect gives a service one name, and no record of its tasks' addresses"),
            # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html
            Feature.POD_OUTPUTS: Lack("a task learns its address from its metadata endpoint, and not from a variable"),
            Feature.DASHBOARDS: _LEFT_OUT,
            Feature.NODE_POOLS: _LEFT_OUT,
            Feature.LOAD_TEST: _LEFT_OUT,
            Feature.ROUND_TRIP: _LEFT_OUT,
            Feature.NAMESPACE: _LEFT_OUT,
            Feature.METRICS_UNASKED: Lack(
                "nobody reads the product's metrics", "`ecs.prometheus: true` does, and costs by the sample"
            ),
            Feature.REQUESTS_BY_TARGET: Lack("nobody counts each target's requests", "the other checks are tried"),
            Feature.RESTORED_APPLICATION: Lack(
                "migrating the restored database and running a service on it needs a cluster",
                "the dump alone is restored",
            ),
            Feature.GRPC_PROBES: Lack(
                "a check runs a program of the image, and few images hold one that asks gRPC",
                "the load balancer's own check judges",
            ),
            Feature.LEASES: Lack(
                "a Lease needs a Kubernetes cluster", "the tasks agree through the database, or only one of them runs"
            ),
            Feature.CALLS_OF_JOBS: Lack("a job's task cannot find a service by its name", "it is left out"),
        },
        service_principals=frozenset({"ecs.amazonaws.com", "ecs.application-autoscaling.amazonaws.com"}),
    ),
}


def offering(feature: Feature) -> str:
    """Name the runtimes that have a feature, as a stack writes them."""
    return " or ".join(name for name, offers in RUNTIMES.items() if feature in offers)
