"""The operators' pod: the product's own address of its database, and a client that understands it."""

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.charts import service_layer
from tests.charts.rendering import Rendered, at, foundation, render, with_toolbox, workload
from tools.drill.postgresql import Server, start

_PASSWORD = "a/b:c@d?e#f%"
_QUOTED = "a%2Fb%3Ac%40d%3Fe%23f%25"


@cache
def release(chart: str) -> Rendered:
    settings = with_toolbox(service_layer.settings("prod"))
    values = (foundation if chart == "foundation" else workload)(settings, service_layer.wiring())
    return render(chart, values)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    # Not pytest's own folder, which only its owner may enter.
    with tempfile.TemporaryDirectory(prefix="groundwork-postgres-") as folder:
        running, process = start(Path(folder))
        try:
            running.query(f"CREATE ROLE service_layer LOGIN PASSWORD '{_PASSWORD}'")
            running.query("CREATE DATABASE service_layer OWNER service_layer")
            yield running
        finally:
            process.terminate()
            process.wait(timeout=30)


@pytest.mark.requirement("SL-131")
def test_psql_has_the_products_own_address() -> None:
    pod = at(release("workload").one("Deployment", "toolbox"), "spec.template.spec")
    product = at(release("workload").one("Deployment", "service-layer"), "spec.template.spec.containers[0]")
    container = at(pod, "containers[name=psql]")
    assert at(container, "env[name=DATABASE_URL].valueFrom") == at(product, "env[name=DATABASE_URL].valueFrom")
    assert container["image"].startswith("public.ecr.aws/docker/library/postgres:15.")
    assert container["command"] == ["sleep", "infinity"]


@pytest.mark.requirement("SL-131")
def test_the_network_lets_it_through_to_the_pooler_and_the_database() -> None:
    policies = {
        item["metadata"]["name"]: item["metadata"]["annotations"]
        for item in release("workload").of_kind("NetworkPolicy")
    }
    assert set(policies["toolbox-policy"]["groundwork/egress"].split()) == {"database", "pooler"}
    assert "toolbox" in policies["pgbouncer-policy"]["groundwork/ingress"].split()


@pytest.mark.requirement("SL-131")
def test_psql_answers_with_the_address_as_external_secrets_writes_it(server: Server) -> None:
    secret = release("foundation").one("ExternalSecret", "service-layer-secrets")
    template = at(secret, "spec.target.template.data.DATABASE_URL")
    filled = template.replace("{{ .database_username }}", "service_layer")
    filled = filled.replace("{{ .database_password | urlquery }}", _QUOTED)
    # The server of this test is elsewhere and has no certificate.
    address = filled.replace("@pgbouncer:6432/", f"@127.0.0.1:{server.port}/").replace("=require", "=prefer")
    assert "{{" not in address
    assert f":{server.port}/service_layer?sslmode=prefer" in address
    answer = server.run("psql", address, "-c", "SELECT 1")
    assert answer.returncode == 0, answer.stderr
    assert "(1 row)" in answer.stdout


def test_a_restore_goes_past_the_pooler() -> None:
    container = at(release("workload").one("Deployment", "toolbox"), "spec.template.spec.containers[name=psql]")
    assert at(container, "env[name=DATABASE_DIRECT_URL].valueFrom.secretKeyRef.key") == "DATABASE_DIRECT_URL"
