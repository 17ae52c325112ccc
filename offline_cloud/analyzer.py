"""``python -m offline_cloud.analyzer <descriptor> …``: the policy server, without the lock that the engine passed on.

A killed engine leaves this process behind. It may not keep the next run from the workload's folder, and it ends.
"""

import os
import runpy
import sys
import threading
import time
from contextlib import suppress
from typing import Final

POLL_SECONDS: Final = 1.0


def main() -> None:
    """Let go of the lock, end when the engine does, and be the policy server until then."""
    with suppress(OSError):
        os.close(int(sys.argv.pop(1)))
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    runpy.run_module("pulumi.policy", run_name="__main__", alter_sys=True)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
