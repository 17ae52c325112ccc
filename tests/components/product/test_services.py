"""The way from a service to its database, with a pooler in between and past it."""

import pytest

from components.product.database import Address
from components.product.services import scaling, way_to_database
from settings.workload.service import Scaling, Use
from tests.charts.service_layer import settings, wiring

PRODUCT, WIRING = settings("prod"), wiring("prod")


def _way(*uses: Use) -> Address:
    service = next(iter(PRODUCT.workload.services.values())).model_copy(update={"uses": uses})
    return way_to_database(PRODUCT, WIRING, service)


def test_who_uses_the_pooler_alone_asks_the_pooler() -> None:
    assert (_way("pooler").host, _way("pooler").port) == ("pgbouncer", "6432")


@pytest.mark.parametrize("uses", [("database",), ("database", "pooler")])
def test_who_may_connect_past_the_pooler_asks_the_database(uses: tuple[Use, ...]) -> None:
    assert _way(*uses).host == WIRING.outputs["database.host"]


def test_a_service_that_states_no_target_follows_its_processors() -> None:
    service = next(iter(PRODUCT.workload.services.values()))
    assert scaling(service.model_copy(update={"scaling": None})) == Scaling(cpu=70)
    stated = Scaling(memory=60)
    assert scaling(service.model_copy(update={"scaling": stated})) == stated
