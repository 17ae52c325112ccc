"""Keep a control plane running for a person with kubectl: `python -m tools.control_plane [--stack … --workload …]`.

With a workload, the objects of its stack's last `up` on the offline cloud are created on it, and its pods placed on the
nodes that the settings give. Ctrl-C ends it, and what it held is gone.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final, cast

from offline_cloud.cloud.store import Store
from offline_cloud.cloud.world import Index
from offline_cloud.errors import OfflineCloudError
from offline_cloud.kubernetes import inventory
from offline_cloud.kubernetes.cluster import Installed
from offline_cloud.kubernetes.release import keep_in
from offline_cloud.workspace import open_workspace
from settings import PlatformSettings
from tools.control_plane import definitions, nodes, processes, releases
from tools.stack import ROOT, asked, parser

FOLDER: Final = ROOT / "build" / "control-plane"
_SETTLE_SECONDS: Final = 60
_FIRST: Final = ("cluster", "foundation")
_LAST: Final = ("workload",)


def _installed(stack: str, workload: str) -> list[Installed]:
    """Return the releases of the last `up`; raises OfflineCloudError when there are none."""
    space = open_workspace(ROOT, stack, workload)
    found: list[Installed] = []
    if space.store.exists():
        keep_in(space.store.parent)
        with closing(Store(space.store)) as store:
            found = list(inventory.releases(Index(store.records()), stack))
    if not found:
        raise OfflineCloudError(
            f"stack {stack} of {workload} has no objects: bring it up first, with "
            f"`make up STACK={stack} WORKLOAD={workload}`; a stack on ECS has none"
        )
    return sorted(found, key=lambda each: (each.inputs.chart_name in _LAST, each.inputs.chart_name not in _FIRST))


def _apply(plane: processes.ControlPlane, settings: PlatformSettings, found: Sequence[Installed]) -> Iterator[str]:
    """Create everything, and give a line for each step and for each object that was not taken."""
    made = [
        releases.Release(
            each.inputs.name, each.inputs.namespace, [cast("dict[str, Any]", item.body) for item in each.objects]
        )
        for each in found
    ]
    objects = [item for release in made for item in release.objects]
    begun = time.monotonic()
    definitions.install(plane.client, {(item["apiVersion"], item["kind"]) for item in objects})
    machines = nodes.nodes_of(settings, (item for item in objects if item["kind"] == "NodePool"))
    for machine in machines:
        plane.client.create(machine)
    verdicts = [verdict for release in made for verdict in releases.install(plane.client, release)]
    accepted = sum(each.outcome == "accepted" for each in verdicts)
    yield f"{accepted} of {len(verdicts)} objects accepted in {time.monotonic() - begun:.1f} s, {len(machines)} nodes"
    yield from (str(each) for each in verdicts if each.outcome != "accepted")
    absent = sorted(f"{each.inputs.chart_name} {each.inputs.version}" for each in found if not each.rendered)
    if absent:
        yield f"not rendered, so not there: {', '.join(absent)}"
    yield _placed(plane)


def _placed(plane: processes.ControlPlane) -> str:
    """Wait until the scheduler has looked at every pod, and count."""
    until = time.monotonic() + _SETTLE_SECONDS
    while True:
        pods = plane.client.list("v1", "Pod")
        placed = sum("nodeName" in each["spec"] for each in pods)
        if placed == len(pods) or time.monotonic() > until:
            return f"{placed} of {len(pods)} pods placed"
        time.sleep(0.5)


def main(arguments: Sequence[str]) -> int:
    """Run until Ctrl-C; returns 0, or 1 with one line when it cannot run."""
    reader = parser("tools.control_plane", "A real control plane on loopback.", default="prod")
    reader.add_argument("--port", type=int, help="port of the API server (default: a free one)")
    reader.add_argument("--data", type=Path, default=FOLDER, help="data folder (default: build/control-plane)")
    chosen = reader.parse_args(arguments)
    try:
        settings = asked(chosen) if chosen.workload else None
        if chosen.workload and settings is None:
            return 1
        found = _installed(chosen.stack, chosen.workload) if chosen.workload else []
        with processes.running(chosen.data, chosen.port) as plane:
            print(f"ready in {plane.started_seconds:.1f} s", flush=True)
            for line in _apply(plane, settings, found) if settings is not None else ():
                print(line, flush=True)
            print(f"export KUBECONFIG={plane.kubeconfig}\nCtrl-C ends it.", flush=True)
            while True:
                plane.check()
                time.sleep(1)
    except (processes.NotRunnableError, OfflineCloudError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except KeyboardInterrupt:
        print("ended", flush=True)
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
