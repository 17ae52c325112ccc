"""The process that holds a tunnel: it opens a session, opens another when that ends, and goes when nobody asks."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tools.tunnel.way import TunnelError, Way

FORWARD_TO_HOST = "AWS-StartPortForwardingSessionToRemoteHost"
"""https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html"""

IDLE_SECONDS = 1800
"""A token is asked for every 15 minutes at most; after two of those nobody is there any more."""

_AGAIN_SECONDS = 2
_ROOT = Path(__file__).resolve().parents[2]


def start(way: Way) -> None:
    """Start the process by itself, so that the tunnel outlives the provider that asked first."""
    way.log.write_bytes(b"")
    with way.log.open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "tools.tunnel", "--keep", *arguments(way)],
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            # A client waits until nobody holds the pipe that it reads the token from.
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def arguments(way: Way) -> list[str]:
    """Spell a way as the command line's options."""
    options = {
        "--cluster-name": way.cluster_name,
        "--region": way.region,
        "--machines": way.machines,
        "--host": way.host,
        "--port": str(way.port),
    }
    return [part for option in options.items() for part in option]


def keep(way: Way) -> None:
    """Hold the tunnel until nobody asked for it in a while; at once nothing, where another process holds it."""
    with (way.folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        while _wanted(way):
            try:
                _hold(way, target(way))
            except TunnelError as error:
                print(error, file=sys.stderr, flush=True)
            time.sleep(_AGAIN_SECONDS)


def _wanted(way: Way) -> bool:
    return time.time() - way.asked.stat().st_mtime < IDLE_SECONDS


def _hold(way: Way, instance: str) -> None:
    parameters = {"host": [way.host], "portNumber": ["443"], "localPortNumber": [str(way.port)]}
    session = subprocess.Popen(
        [
            *("aws", "ssm", "start-session", "--region", way.region, "--target", instance),
            *("--document-name", FORWARD_TO_HOST, "--parameters", json.dumps(parameters)),
        ],
        stdin=subprocess.DEVNULL,
        # The command line starts the plugin as a process of its own, which has to end with it.
        start_new_session=True,
    )
    while session.poll() is None and _wanted(way):
        time.sleep(_AGAIN_SECONDS)
    if session.poll() is None:
        os.killpg(session.pid, signal.SIGTERM)
        session.wait()


def target(way: Way) -> str:
    """Find a running machine that Session Manager reaches. Raises TunnelError."""
    filters = [f"Name=tag:Name,Values={way.machines}", "Name=instance-state-name,Values=running"]
    running = _asked(way, "ec2", "describe-instances", "--filters", *filters, "--query", _INSTANCES)
    if not running:
        raise TunnelError(f"no machine named {way.machines} runs in {way.region}: the system's node group has none")
    named = f"Key=InstanceIds,Values={','.join(running)}"
    online = _asked(way, "ssm", "describe-instance-information", "--filters", named, "--query", _ONLINE)
    if not online:
        raise TunnelError(f"Session Manager reaches none of {', '.join(running)} yet")
    return online[0]


_INSTANCES = "Reservations[].Instances[].InstanceId"
_ONLINE = "InstanceInformationList[?PingStatus=='Online'].InstanceId"


def _asked(way: Way, service: str, operation: str, *options: str) -> Sequence[str]:
    command = ["aws", service, operation, "--region", way.region, "--output", "json", *options]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise TunnelError(last_line(answer.stderr) or f"aws {service} {operation} ended with {answer.returncode}")
    return json.loads(answer.stdout)


def last_line(text: str) -> str:
    """Return the last line that says something."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
