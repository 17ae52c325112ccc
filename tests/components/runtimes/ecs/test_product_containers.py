"""The product's own containers in the terms of ECS."""

from components.product.containers import ProductContainer
from components.runtimes.ecs.collector import scrape_of
from components.runtimes.ecs.containers import Log
from components.runtimes.ecs.product_containers import lasting_container
from components.runtimes.ecs.task_inputs import TaskInputs
from settings.workload.container import GrpcCheck, HttpCheck, Port, Probe, Probes
from settings.workload.service import Metrics
from settings.workload.sidecar import Sidecar
from tests.charts.service_layer import settings, wiring

PRODUCT = settings("prod")
INPUTS = TaskInputs(settings=PRODUCT, wiring=wiring("prod"), secrets={}, database={}, credentials={})


def test_a_health_check_asks_the_port_of_a_container_beside_it() -> None:
    """The containers of a task share its address, as those of a pod do."""
    container = ProductContainer(
        image="registry.example.com/api:1",
        command=(),
        user=10001,
        ports={"http": Port(number=8080)},
        reachable={"http": Port(number=8080), "admin": Port(number=9000)},
        probes=Probes(liveness=Probe(http=HttpCheck(path="/live", port="admin"))),
    )
    check = lasting_container(INPUTS, "api", Log(group_name="api", region="us-east-1"), container, 30).health_check
    assert check is not None
    assert "http://localhost:9000/live" in str(check["command"])


def test_a_probe_of_grpc_leaves_the_judgement_to_the_load_balancer() -> None:
    container = ProductContainer(
        image="registry.example.com/api:1",
        command=(),
        user=10001,
        ports={"grpc": Port(number=50051, app_protocol="grpc")},
        reachable={"grpc": Port(number=50051, app_protocol="grpc")},
        probes=Probes(liveness=Probe(grpc=GrpcCheck(port="grpc"))),
    )
    made = lasting_container(INPUTS, "api", Log(group_name="api", region="us-east-1"), container, 30)
    assert made.health_check is None


def test_metrics_are_read_where_a_container_beside_a_service_gives_them() -> None:
    plain = next(iter(PRODUCT.workload.services.values()))
    sidecar = Sidecar(image=plain.image, resources=plain.resources, ports={"proxy-metrics": Port(number=9101)})
    service = plain.model_copy(update={"sidecars": {"proxy": sidecar}})
    scrape = scrape_of("api", service, Metrics(port="proxy-metrics", path="/metrics", interval_seconds=30))
    assert scrape.port == 9101
