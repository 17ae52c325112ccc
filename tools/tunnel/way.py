"""Which API is meant, what leads to it, and whether it answers at this end."""

import os
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
_ANSWER_SECONDS = 5


class TunnelError(Exception):
    """One line on why there is no way to the API, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """`machines` is the `Name` tag of the nodes, `host` the endpoint's name, `port` where the way ends on loopback."""

    cluster_name: str
    region: str
    machines: str
    host: str
    port: int

    @property
    def folder(self) -> Path:
        """Where the process that holds the tunnel keeps its lock, its log, and when it was last asked for."""
        cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return Path(cache) / "groundwork" / "tunnel" / f"{self.cluster_name}-{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def asked(self) -> Path:
        return self.folder / "asked"

    def touch(self) -> None:
        """Note that somebody wants the tunnel now. Raises TunnelError when there is nowhere to note it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.asked.touch()
        except OSError as error:
            raise TunnelError(f"{self.folder} cannot be written ({error.strerror}): set XDG_CACHE_HOME") from None

    def answers(self) -> bool:
        """Tell whether a TLS server speaks at the near end. The client itself checks whose certificate it is."""
        unchecked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        unchecked.check_hostname = False
        unchecked.verify_mode = ssl.CERT_NONE
        try:
            with (
                socket.create_connection((LOOPBACK, self.port), timeout=_ANSWER_SECONDS) as plain,
                unchecked.wrap_socket(plain, server_hostname=self.host),
            ):
                return True
        except OSError:
            return False
