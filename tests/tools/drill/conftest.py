"""A place for one drill: OpeniBank's production, with little data."""

from collections.abc import Iterator

import pytest

from tools.drill.place import Place, place
from tools.stack import settings_of


@pytest.fixture
def here() -> Iterator[Place]:
    with place(settings_of("prod", None), megabytes=1) as made:
        yield made
