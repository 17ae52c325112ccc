"""What the provider process asks about releases beyond their life: secrets among the values, edited charts."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from offline_cloud.cloud.model import Properties
from offline_cloud.cloud.store import Store
from offline_cloud.kubernetes.inputs import RELEASE
from offline_cloud.kubernetes.render import chart_digest
from offline_cloud.provider.connection import Connection
from offline_cloud.provider.lifecycle import Lifecycle
from offline_cloud.provider.values import Decoded
from tests.offline_cloud.kubernetes.clouds import CHARTS, PROVIDER_URN, STACK

URN = f"{STACK}::{RELEASE}::objects"
HERE = Connection("kubernetes", PROVIDER_URN)


@pytest.fixture
def lifecycle(tmp_path: Path) -> Iterator[Lifecycle]:
    """A provider over an empty store."""
    with closing(Store(tmp_path / "cloud.db")) as store:
        yield Lifecycle(store)


@pytest.mark.parametrize("secret", [("values", "password"), ("values",)])
def test_a_secret_among_the_values_is_refused_and_not_told(lifecycle: Lifecycle, secret: tuple[str, ...]) -> None:
    inputs: Properties = {"name": "objects", "chart": str(CHARTS / "objects"), "values": {"password": "hunter2"}}
    _, diagnostics = lifecycle.check(HERE, URN, RELEASE, {}, Decoded(inputs, frozenset({secret})), b"")
    [diagnostic] = diagnostics
    assert diagnostic.path == ".".join(secret)
    assert "secret through Helm values" in str(diagnostic)
    assert "hunter2" not in str(diagnostic)
    assert lifecycle.check(HERE, URN, RELEASE, {}, Decoded(inputs), b"")[1] == []


def test_an_edited_chart_is_a_change(lifecycle: Lifecycle) -> None:
    inputs = Decoded({"name": "objects", "chart": str(CHARTS / "objects")})
    now = Decoded({"manifest": {"chart": chart_digest(CHARTS / "objects")}})
    assert lifecycle.diff(HERE, URN, RELEASE, inputs, now, inputs).changes == []
    before = Decoded({"manifest": {"chart": "0123"}})
    [change] = lifecycle.diff(HERE, URN, RELEASE, inputs, before, inputs).changes
    assert (change.path, change.replaces) == (("chart",), False)
