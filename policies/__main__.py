"""The policy pack that the engine runs beside every preview and update."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

# The engine puts this folder first on the path; the pack is imported as a package of the project instead.
_HERE = Path(__file__).resolve().parent
sys.path[:] = [str(_HERE.parent), *(entry for entry in sys.path if Path(entry).resolve() != _HERE)]

from pulumi_policy import PolicyPack  # noqa: E402 -- the path above must come first

from policies import parameters  # noqa: E402
from policies.config import FILE, ConfigError, load  # noqa: E402
from policies.once import read_once  # noqa: E402
from policies.pack import policies, refused  # noqa: E402
from policies.registry import RULES  # noqa: E402

read_once()
try:
    config = load(
        FILE.read_text("utf-8"),
        os.environ.get("PULUMI_STACK"),  # the engine sets it
        RULES,
        datetime.now(UTC).date(),
    )
except ConfigError as error:
    PolicyPack("groundwork", policies=refused(str(error).splitlines()))
else:
    parameters.use(config.parameters)
    PolicyPack("groundwork", policies=policies(config))
