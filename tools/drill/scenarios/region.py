"""The region is lost with everything in it, and the copy in another one is promoted."""

import shutil
from typing import Final

from tools.drill.checks import Outcome, objectives
from tools.drill.cluster import Instance
from tools.drill.place import Place
from tools.drill.scenarios.promotion import fail_over

NAME: Final = "region"


def drill(place: Place) -> Outcome:
    """Kill the primary, delete its files and its archive, and promote the copy, which follows asynchronously.

    Raises NotHereError for a stack of which nothing is kept in another region.
    """
    stated = objectives(place.settings, "region", "database")

    def disaster(primary: Instance) -> None:
        primary.kill()
        shutil.rmtree(primary.data)
        shutil.rmtree(place.archive)

    return fail_over(place, NAME, "region", stated, disaster)
