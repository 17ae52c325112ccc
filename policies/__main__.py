"""The policy pack that the engine runs beside every preview and update."""

import sys
from datetime import UTC, datetime
from pathlib import Path

# The engine puts this folder first on the path; the pack is imported as a package of the project instead.
_HERE = Path(__file__).resolve().parent
sys.path[:] = [str(_HERE.parent), *(entry for entry in sys.path if Path(entry).resolve() != _HERE)]

from pulumi_policy import PolicyPack  # noqa: E402 -- the path above must come first

from policies.pack import policies  # noqa: E402 -- the path above must come first

PolicyPack("groundwork", policies=policies(datetime.now(UTC).date()))
