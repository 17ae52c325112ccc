"""``python -m offline_cloud``, or ``offline-cloud`` where it is installed: see ``offline_cloud.cli``."""

import gc
import os
import sys
from typing import NoReturn

from offline_cloud.cli import main


def run() -> NoReturn:
    """Run the command line, and end the process."""
    # A run ends long before the garbage of cycles matters (263 MB at most for 475 resources), and looking for it while
    # thousands of SDK classes are made takes a fifth of a preview's time.
    gc.disable()
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # A program whose engine has gone away may wait for answers that never come, in threads that Python would join.
    os._exit(code)


if __name__ == "__main__":
    run()
