"""Open the tunnel to a stack's Kubernetes API and print a token for it, as a kubeconfig's `exec` asks for it.

A client runs this before it connects (client-go takes the token first, then dials), so one `pulumi up` makes the
cluster, opens the way to it and installs charts through it.
"""

import argparse
import shutil
import subprocess
import sys
import time

from tools.tunnel.keeper import keep, last_line, start
from tools.tunnel.way import TunnelError, Way

OPEN_SECONDS = 25
"""A client gives its first question 32 seconds, this included (client-go's discovery)."""

_PROGRAMS = {
    "aws": "install the AWS command line, version 2",
    "session-manager-plugin": "install the Session Manager plugin for the AWS command line",
}


def open_way(way: Way, seconds: float) -> None:
    """Return when the API answers on this machine's port. Raises TunnelError."""
    for program, remedy in _PROGRAMS.items():
        if shutil.which(program) is None:
            raise TunnelError(f"{program} is not on PATH: {remedy}")
    way.touch()
    if way.answers():
        return
    start(way)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if way.answers():
            return
        time.sleep(0.5)
    reason = last_line(way.log.read_text(errors="replace")) or "the session does not answer"
    raise TunnelError(f"no tunnel to {way.cluster_name} after {seconds:.0f} s: {reason} (all of it: {way.log})")


def token(way: Way) -> str:
    """Ask AWS for a token, in the form that a client reads. Raises TunnelError."""
    asked = ["aws", "eks", "get-token", "--cluster-name", way.cluster_name, "--region", way.region, "--output", "json"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise TunnelError(last_line(answer.stderr) or "aws eks get-token failed")
    return answer.stdout


def main() -> int:
    """Print the token; 1 with one line on what is missing when there is no way."""
    parser = argparse.ArgumentParser(prog="python -m tools.tunnel", description=__doc__)
    for option in ("--cluster-name", "--region", "--machines", "--host"):
        parser.add_argument(option, required=True)
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--wait", type=float, default=OPEN_SECONDS, help="seconds that the tunnel may take to open")
    parser.add_argument("--keep", action="store_true", help="hold the tunnel, and print no token")
    stated = vars(parser.parse_args())
    keeping, seconds = stated.pop("keep"), stated.pop("wait")
    way = Way(**stated)
    try:
        if keeping:
            keep(way)
        else:
            open_way(way, seconds)
            print(token(way))
    except TunnelError as error:
        print(f"tunnel: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
