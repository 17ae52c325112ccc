"""One control plane at a time on each worker: a product's stack is brought up once, for all tests that look at it."""

import os
import sys
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import cast

import pytest

from tests.control_plane.cluster import Cluster
from tests.control_plane.contract import OnACluster
from tests.control_plane.products import STACKS, Product
from tools.control_plane import definitions, processes
from tools.control_plane.processes import ControlPlane


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A class of tests names its product; it runs on every stack, or on those that it states."""
    given = cast("type[object] | None", metafunc.cls)  # pyright: ignore[reportUnknownMemberType] -- pytest leaves it untyped
    if given is not None and issubclass(given, OnACluster) and "product" in metafunc.fixturenames:
        stacks = ("prod",) if "production" in metafunc.fixturenames else STACKS
        proven = dict(given.proves).get(metafunc.function.__name__)
        marks = [pytest.mark.requirement(proven)] if proven else []
        metafunc.parametrize(
            "product",
            [
                pytest.param(Product(given.workload, stack), id=stack, marks=marks if stack == "prod" else [])
                for stack in stacks
            ],
        )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the tests of one cluster together: it is made once and ended before the next one."""
    places = [index for index, item in enumerate(items) if _product(item)]
    ordered = sorted((items[index] for index in places), key=lambda item: (str(item.path), _product(item)))
    for index, item in zip(places, ordered, strict=True):
        items[index] = item


def _product(item: pytest.Item) -> str:
    callspec = getattr(item, "callspec", None)
    product = callspec.params.get("product") if callspec is not None else None
    return f"{product.workload} {STACKS.index(product.stack)}" if isinstance(product, Product) else ""


@pytest.fixture(scope="session")
def can_run() -> None:
    """Not run without the programs or the memory; in CI they have to be there."""
    try:
        processes.programs()
        processes.check_memory()
    except processes.NotRunnableError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI runs these tests: {error}", pytrace=False)
        pytest.skip(f"not run: {error}")


@dataclass
class Only:
    """The one control plane of a worker, and whose it is; whoever asks for another ends it."""

    stack: ExitStack
    cluster: Cluster | None = None

    def bare(self) -> ControlPlane:
        """Start a new one with nothing on it."""
        self.stack.close()
        self.cluster = None
        return self.stack.enter_context(processes.running())

    def of(self, product: Product) -> Cluster:
        """Give the one that holds a product."""
        if self.cluster is None or self.cluster.product != product:
            self.cluster = Cluster.of(product, self.bare())
            sys.stdout.write(f"{self.cluster.figures()}\n")
        return self.cluster


@pytest.fixture(scope="session")
def only(can_run: None) -> Generator[Only]:
    with ExitStack() as stack:
        yield Only(stack)


@pytest.fixture
def cluster(only: Only, product: Product) -> Cluster:
    return only.of(product)


@pytest.fixture
def production(cluster: Cluster) -> Cluster:
    """The cluster of the production stack, for what takes long."""
    return cluster


@pytest.fixture(scope="module")
def fresh(only: Only) -> ControlPlane:
    """A control plane with nothing on it."""
    return only.bare()


@pytest.fixture(scope="module")
def bare(fresh: ControlPlane) -> ControlPlane:
    """A control plane with nothing on it but the operators' definitions."""
    kinds = {kind for each in definitions.definitions() for kind in definitions.kinds_of(each)}
    definitions.install(fresh.client, kinds)
    return fresh
