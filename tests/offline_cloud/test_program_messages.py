"""What a program says to the engine: every message but those that only a debugger reads."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from pulumi import log
from pulumi.runtime import reset_options
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.settings import Settings, configure

from offline_cloud.program import leave_debug_messages_unsent


@dataclass
class Engine:
    heard: list[str] = field(default_factory=list[str])

    def Log(self, request: engine_pb2.LogRequest) -> None:  # noqa: N802 -- the protocol's own name
        self.heard.append(request.message)


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    configure(Settings(project="shop", stack="prod", engine=engine))  # pyright: ignore[reportArgumentType] -- a stub
    yield engine
    reset_options()


def test_debug_messages_stay_here_and_all_others_reach_the_engine(engine: Engine) -> None:
    leave_debug_messages_unsent()
    log.debug("preparing resource")
    log.info("a note")
    log.warn("a warning")
    log.error("a mistake")
    assert engine.heard == ["a note", "a warning", "a mistake"]
