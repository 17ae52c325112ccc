"""What the tests of dumps and restores share: a product's database, and a bucket."""

from collections.abc import Iterator

import pytest

from tests.charts import dumps
from tests.charts.dumps import Bucket
from tools.drill.postgresql import Server


@pytest.fixture(scope="module")
def shop() -> Iterator[Server]:
    with dumps.shop() as server:
        yield server


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with dumps.bucket() as place:
        yield place
