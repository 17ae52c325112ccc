"""``python -m offline_cloud.provider --store … --port …``: prints its port, then serves until it is stopped."""

import argparse
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

from offline_cloud import account, exit_codes, faults
from offline_cloud.cloud import passage
from offline_cloud.cloud.store import DamagedStoreError, Store, UnusableStoreError
from offline_cloud.faults import Faults, FaultSyntaxError
from offline_cloud.kubernetes import release
from offline_cloud.provider import memory
from offline_cloud.provider.lifecycle import Lifecycle
from offline_cloud.provider.server import serve


def main() -> int:
    """Serve until a signal comes, or until standard input closes: the provider never outlives the run it belongs to."""
    parser = argparse.ArgumentParser(prog="python -m offline_cloud.provider", description=__doc__)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    # Ctrl-C reaches the whole process group: the engine finishes its open requests first, then stops this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        store = Store(arguments.store)
        passage.catch_up(store)
        release.keep_in(arguments.store.parent)
        with suppress(RuntimeError):  # without a home folder nothing is kept
            memory.SDKS.keep_in(memory.user_cache())
        found = Faults(faults.parse(os.environ.get(faults.VARIABLE, "")))
        lifecycle = Lifecycle(store, found, account.standing())
        server, port = serve(lifecycle, arguments.port)
    except DamagedStoreError as error:
        sys.stderr.write(f"{error}\n")
        return exit_codes.DAMAGED_STORE
    except UnusableStoreError as error:
        sys.stderr.write(f"{error}\n")
        return exit_codes.UNUSABLE_STORE
    except FaultSyntaxError as error:
        sys.stderr.write(f"{error}\n")
        return exit_codes.BAD_FAULTS
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return exit_codes.BUSY_PORT
    stopped = threading.Event()

    def stop(number: int, frame: object) -> None:
        del number, frame
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    threading.Thread(target=_watch_input, args=(stopped,), daemon=True).start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    stopped.wait()
    memory.SDKS.save()
    server.stop(grace=2).wait()
    store.close()
    return 0


def _watch_input(stopped: threading.Event) -> None:
    sys.stdin.buffer.read()
    stopped.set()


if __name__ == "__main__":
    sys.exit(main())
