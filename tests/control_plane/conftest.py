"""One control plane at a time on each worker: a product's stack is brought up once, for all tests that look at it."""

import os
from collections.abc import Callable, Generator
from contextlib import ExitStack
from typing import cast

import pytest

from tests.control_plane.cluster import Cluster
from tests.control_plane.contract import OnACluster
from tests.control_plane.products import STACKS, Product
from tools.control_plane import processes


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A class of tests names its product; it runs on every stack, or on those that it states."""
    given = cast("type[object] | None", metafunc.cls)  # pyright: ignore[reportUnknownMemberType] -- pytest leaves it untyped
    if given is not None and issubclass(given, OnACluster) and "product" in metafunc.fixturenames:
        stacks = ("prod",) if "production" in metafunc.fixturenames else STACKS
        products = [Product(given.workload, stack) for stack in stacks]
        metafunc.parametrize("product", products, ids=[each.stack for each in products])


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
def clusters() -> Generator[Callable[[Product], Cluster]]:
    """Give a product's cluster; asking for another product's ends the one before."""
    with ExitStack() as stack:
        known: dict[Product, Cluster] = {}

        def of(product: Product) -> Cluster:
            if product not in known:
                stack.close()
                known.clear()
                known[product] = Cluster.of(product, stack.enter_context(processes.running()))
            return known[product]

        yield of


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


@pytest.fixture
def cluster(can_run: None, clusters: Callable[[Product], Cluster], product: Product) -> Cluster:
    return clusters(product)


@pytest.fixture
def production(cluster: Cluster) -> Cluster:
    """The cluster of the production stack, for what takes long."""
    return cluster
