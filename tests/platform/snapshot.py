"""Rewrite the URN snapshots, once a move and its alias are settled: `python -m tests.platform.snapshot [stack …]`."""

import sys
import tempfile
from pathlib import Path

from tests.platform.life import ROOT, STACKS, Project

URNS = ROOT / "tests" / "platform" / "urns"


def main(stacks: list[str]) -> None:
    """Bring each stack up in an offline cloud of its own and write down what it registered."""
    for stack in stacks:
        with tempfile.TemporaryDirectory() as folder:
            project = Project.make(Path(folder))
            if stack == "prod-eu-west-1":
                project.ok("up", "prod", "--fast")
            project.ok("up", stack, "--fast")
            urns = sorted(resource["urn"] for resource in project.resources(stack))
        (URNS / f"{stack}.txt").write_text("\n".join(urns) + "\n")
        sys.stdout.write(f"{stack}: {len(urns)} URNs\n")


if __name__ == "__main__":
    main(sys.argv[1:] or list(STACKS))
