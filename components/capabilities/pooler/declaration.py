"""The pooler in front of the database. It runs among the product's own pods or tasks, so nothing is built here."""

from components.capabilities.contract import Context, Given, PlacedPods, Plan
from components.product.credentials import FromOutput, user_in_url
from components.product.pooler import POOLER, pooler_address
from components.product.reach import OfProduct, Reach
from settings import PlatformSettings
from settings.arithmetic.capacity import PodDemand
from settings.arithmetic.pods import demand_of
from settings.arithmetic.pooler import EXPORTER_RESOURCES, RESOURCES, pooler_of, pooler_pods

_NAME = "pooler"


class PoolerCapability:
    name = _NAME

    def plan(self, settings: PlatformSettings) -> Plan | None:
        pooler = pooler_of(settings)
        if pooler is None:
            return None
        request = demand_of(RESOURCES.requests) + demand_of(EXPORTER_RESOURCES.requests)
        place = (pooler_address(settings), "/", FromOutput("database.name"), "?sslmode=require")
        return Plan(
            reach=[Reach(use=_NAME, place=OfProduct(POOLER), ports=(pooler.port,), toolbox=True)],
            pods=[PlacedPods(demand=PodDemand(maximum=pooler_pods(settings, pooler), request=request))],
            secrets={"database.pooled_url": ("postgres://", *user_in_url("database"), *place)},
        )

    def build(self, context: Context) -> Given:
        return Given()
