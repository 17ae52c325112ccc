"""Fixtures for component tests."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.components.recording import Recorder, build


@pytest.fixture
def built() -> Callable[[Callable[[], Any]], Recorder[Any]]:
    """`built(lambda: Network("network", args))` constructs a component and returns what it registered."""
    return build
