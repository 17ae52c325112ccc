"""What Pulumi starts when a program uses the package: a provider on a free port of this machine."""

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
# Python puts this folder first, where a module's name could hide one of the standard library's.
sys.path[0] = str(_ROOT)

from package.host import serve  # noqa: E402 -- found only from the project's folder

if __name__ == "__main__":
    serve()
