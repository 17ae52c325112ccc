"""Rewrite the URN snapshots, once a move and its alias are settled: `python -m tests.platform.snapshot [stack …]`."""

import sys
import tempfile
from pathlib import Path

from tests.platform.life import Project
from tests.platform.plan import PRIMARY, SECONDARY, SNAPSHOTS
from tests.platform.whole_life import URNS


def main(stacks: list[str]) -> None:
    """Bring each stack up in an offline cloud of its own and write down what it registered."""
    for form in SNAPSHOTS:
        if form.stack not in stacks:
            continue
        with tempfile.TemporaryDirectory() as folder:
            project = Project.make(Path(folder), form.workload)
            if form.stack == SECONDARY:
                project.ok("up", PRIMARY, "--fast")
            project.ok("up", form.stack, "--fast")
            urns = sorted(resource["urn"] for resource in project.resources(form.stack))
        (URNS / f"{form.stack}.txt").write_text("\n".join(urns) + "\n")
        sys.stdout.write(f"{form.stack}: {len(urns)} URNs\n")


if __name__ == "__main__":
    main(sys.argv[1:] or [form.stack for form in SNAPSHOTS])
