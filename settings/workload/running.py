"""What surrounds a process in its pod: volumes, configuration folders, files that are logs, and where pods run."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.types import FolderPath, Memory, Name
from settings.vocabulary import Means

FileName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$", max_length=200),
    Means("a file's name: letters, digits and . _ -", "config.yaml"),
]
Priority = Literal["platform", "product", "background"]


class Volume(Settings):
    """A folder that the process may write to.

    `scratch` is a part of the node's disk and `disk` an EBS volume, one for each pod: both outlive the container and
    go with the pod. `persistent` stays when the pods go; it belongs to a service that never has more than one pod.
    `shared` is a folder on EFS that all pods of the service see, and that stays when they go.
    """

    kind: Literal["scratch", "disk", "persistent", "shared"] = "scratch"
    """What holds the files, and how long."""
    folder: Name | None = None
    """Name of a shared folder that several services of the product see; without it the folder is the service's own."""
    size: Memory = "1Gi"
    """How much it holds; a shared folder grows as it is filled, and is paid for by what is in it."""


class ConfigDirectory(Settings):
    """A read-only folder of text files; a change of one replaces the pods."""

    path: FolderPath
    """Folder in the container."""
    files: dict[FileName, str] = Field(min_length=1)
    """The files' text by their name."""


class LeaderElection(Settings):
    """A Kubernetes Lease, which one pod holds at a time and renews.

    Each pod may read and renew this one Lease, and nothing else of the cluster. It finds the Lease's name, its
    namespace and the pod's own name in LEADER_ELECTION_LEASE, LEADER_ELECTION_NAMESPACE and LEADER_ELECTION_IDENTITY.
    """

    lease: Name
    """The Lease's name in the product's namespace."""


class Placement(Settings):
    """Where a service's pods run."""

    zones: Literal["required", "preferred"] = "required"
    """Whether a pod waits when only an uneven share of the zones has room."""
    nodes: Literal["required", "preferred"] = "preferred"
    """Whether two pods may ever share a node; `required` keeps them apart."""
    near: Name | None = None
    """Service of the same product whose nodes are preferred."""
    priority: Priority | None = None
    """Which pods make room for which; without it, the product's class."""
