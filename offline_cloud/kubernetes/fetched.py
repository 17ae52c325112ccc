"""Upstream charts that were fetched, unpacked below ``.tools/charts``: they are rendered like the platform's own.

Nothing here opens a connection: `make charts` fetches (``offline_cloud.kubernetes.charts.fetch``), so that a preview is
the same with a network and without one, and never waits for a repository.
"""

import hashlib
import os
from pathlib import Path
from typing import Final

from offline_cloud.tools import LOCAL

VARIABLE: Final = "OFFLINE_CLOUD_CHARTS"


def room() -> Path:
    """Give the folder that fetched charts are kept in: ``OFFLINE_CLOUD_CHARTS``, else ``.tools/charts``."""
    stated = os.environ.get(VARIABLE)
    return Path(stated) if stated else LOCAL.parent / "charts"


def place(name: str, version: str, source: str) -> Path:
    """Give the folder of one version of a chart from one source: a repository's address, or the chart's with ``oci://``."""
    origin = hashlib.sha256(source.rstrip("/").encode()).hexdigest()[:8]
    return room() / f"{name}-{version}-{origin}"


def find(name: str, version: str, source: str) -> Path | None:
    """Give the folder of a chart that was fetched; ``None`` for any other."""
    folder = place(name, version, source)
    return folder if (folder / "Chart.yaml").is_file() else None
