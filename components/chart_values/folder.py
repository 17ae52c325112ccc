"""Where this project's charts are, for a release to install them from."""

import os
from pathlib import Path
from typing import Final

CHARTS: Final = Path(__file__).parents[2] / "charts"


def chart_path(chart: str) -> str:
    """Return a chart's place as seen from the program: `./charts/workload` in a clone.

    A program that imports the components sees its own environment: `./.venv/lib/…/charts/workload`. It is the same on
    every machine where the environment is inside the program's folder.
    """
    return f"./{os.path.relpath(CHARTS / chart)}"
