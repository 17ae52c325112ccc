"""What stands in for SNS: it takes what Alertmanager publishes, and keeps it with the time at which it came."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs

_ANSWER = (
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>'
    "<MessageId>00000000-0000-0000-0000-000000000000</MessageId></PublishResult></PublishResponse>"
)


@dataclass(frozen=True)
class Message:
    """A message as it was published; `at` is the monotonic clock's seconds."""

    at: float
    topic: str
    subject: str
    text: str
    attributes: dict[str, str]


@dataclass
class Topic:
    url: str = ""
    messages: list[Message] = field(default_factory=list[Message])


class _Handler(BaseHTTPRequestHandler):
    topic: ClassVar[Topic]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = {key: values[0] for key, values in parse_qs(body).items()}
        if given.get("Action") == "Publish":
            self.topic.messages.append(_message(given))
        answer = _ANSWER.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _message(given: dict[str, str]) -> Message:
    """Read a request as SNS's query protocol writes it: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
    names = {key.removesuffix(".Name"): value for key, value in given.items() if key.endswith(".Name")}
    return Message(
        at=time.monotonic(),
        topic=given["TopicArn"],
        subject=given["Subject"],
        text=given["Message"],
        attributes={name: given[f"{entry}.Value.StringValue"] for entry, name in names.items()},
    )


@contextmanager
def listening() -> Generator[Topic]:
    """Listen on a free port of this machine."""
    topic = Topic()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"topic": topic}))
    topic.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield topic
    finally:
        server.shutdown()
        server.server_close()
