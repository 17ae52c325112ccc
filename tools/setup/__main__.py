"""Set up for one purpose: `python -m tools.setup demo|ready|test`, from the project's folder."""

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tools.setup import pins
from tools.setup.builds import ensure_all, ensure_built
from tools.setup.console import SetupError, say
from tools.setup.control_plane import ensure_control_plane, ensure_definitions
from tools.setup.engine import ensure_pulumi
from tools.setup.environment import ensure_venv
from tools.setup.packages import ensure_packages

STEPS: dict[str, dict[str, Callable[[], str]]] = {
    "demo": {
        "python": lambda: ensure_venv("requirements.txt"),
        "pulumi": ensure_pulumi,
        "helm": lambda: ensure_built(pins.HELM),
    },
    "ready": {"python": lambda: ensure_venv("requirements-ready.txt")},
    "test": {
        "python": lambda: ensure_venv("requirements-dev.txt"),
        "pulumi": ensure_pulumi,
        "helm": lambda: ensure_built(pins.HELM),
        "kubeconform": lambda: ensure_built(pins.KUBECONFORM),
        "actionlint": lambda: ensure_built(pins.ACTIONLINT),
        "prometheus": lambda: ensure_all(pins.PROMETHEUS),
        "yaml": lambda: ensure_built(pins.YAML_HOST),
        "packages": ensure_packages,
        "kubernetes": ensure_control_plane,
        "crds": ensure_definitions,
    },
}


def main() -> int:
    """Set up for `demo`, `ready` or `test`; 0 when everything is there, 1 with one line for each thing that is not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("purpose", choices=STEPS)
    purpose = parser.parse_args().purpose
    failed = False
    with ThreadPoolExecutor() as pool:
        futures = {name: pool.submit(step) for name, step in STEPS[purpose].items()}
        for name, future in futures.items():
            try:
                say(name, future.result())
            except SetupError as error:
                failed = True
                say(name, f"error: {error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
