"""Who calls whom is worked out once, for services, jobs and the pooler's users."""

from components.product.calls import Call, calls, pooler_calls
from tests.charts.whole_platform import settings


def _names(found: tuple[Call, ...]) -> set[tuple[str, str, int]]:
    return {(each.caller, each.called, each.number) for each in found}


def test_a_call_leads_to_the_port_that_its_name_stands_for() -> None:
    product = settings("openibank", "prod")
    stated = {
        (caller, call.service, product.workload.services[call.service].pod_ports[call.port].number)
        for caller, each in product.workload.services.items()
        for call in each.calls
    }
    assert stated
    assert _names(calls(product)) == stated
    assert pooler_calls(product) == ()


def test_services_and_jobs_connect_to_the_pooler() -> None:
    product = settings("service-layer", "prod")
    workload = product.workload
    users = {name for name, each in (*workload.services.items(), *workload.jobs.items()) if "pooler" in each.uses}
    found = pooler_calls(product)
    assert users
    assert {each.caller for each in found} == users
    assert {(each.called, each.port) for each in found} == {("pgbouncer", "postgres")}
