"""``python -m sandbox``: see ``sandbox.cli``."""

import os
import sys

from sandbox.cli import main

if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # A program whose engine has gone away may wait for answers that never come, in threads that Python would join.
    os._exit(code)
