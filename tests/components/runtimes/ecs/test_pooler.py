"""The pooler on ECS: the chart's configuration, tried with a real PgBouncer in front of a real PostgreSQL."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from settings.arithmetic.pooler import RESOURCES
from tests.charts import pgbouncer
from tests.charts.pgbouncer import TlsFront
from tests.charts.rendering import ROOT
from tests.charts.service_layer import WRITER, release
from tests.components.runtimes.ecs.products import SERVICE, containers, on_ecs, service_layer, variables
from tools.drill.postgresql import Server, start

_ROLE, _DATABASE, _PASSWORD = "serviceuser", "service_layer", 'quoted"word'
_EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
_INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def _host() -> str:
    """The database's host as the recorder makes it up; its name is in nothing else of the configuration."""
    first = variables(containers(service_layer(), "pgbouncer")["prepare"])["CONFIGURATION"].splitlines()[1]
    return first.split("host=")[1].split()[0]


@dataclass(frozen=True)
class Pooled:
    """A pooler made by the task's own first container, its port and the server behind it."""

    server: Server
    front: TlsFront
    port: int

    def connect(
        self, database: str = _DATABASE, password: str = _PASSWORD, sslmode: str = "require"
    ) -> "psycopg.Connection[tuple[object, ...]]":
        where = make_conninfo(host="127.0.0.1", port=self.port, connect_timeout=10)
        who = make_conninfo(where, user=_ROLE, password=password, dbname=database, sslmode=sslmode)
        return psycopg.connect(who, autocommit=True)


@pytest.fixture(scope="module")
def pooled() -> Iterator[Pooled]:
    with tempfile.TemporaryDirectory(prefix="groundwork-ecs-pooler-") as place:
        folder = Path(place)
        (folder / "postgres").mkdir()
        folder.chmod(0o755)
        server, process = start(folder / "postgres")
        server.query(f"CREATE ROLE {_ROLE} LOGIN PASSWORD '{_PASSWORD}'")
        server.query(f"CREATE DATABASE {_DATABASE} OWNER {_ROLE}")
        pgbouncer.authority(folder, "authority")
        front = TlsFront(server.port, *pgbouncer.signed(folder, "writer", "authority"))
        pooler, port = _started(folder / "pooler", front.port, folder / "authority.pem")
        try:
            yield Pooled(server, front, port)
        finally:
            for each in (pooler, process):
                each.terminate()
                each.wait(timeout=30)
            front.close()


def _started(folder: Path, behind: int, trusted: Path) -> "tuple[subprocess.Popen[bytes], int]":
    """Run the first container's script, then PgBouncer, with nothing changed but where things are."""
    folder.mkdir()
    prepare = containers(service_layer(), "pgbouncer")["prepare"]
    port = pgbouncer.free_port()
    given = variables(prepare)
    stated = given["CONFIGURATION"].replace(_host(), "127.0.0.1").replace("port=5432", f"port={behind}")
    stated = stated.replace("listen_port = 6432", f"listen_port = {port}").replace("/etc/pgbouncer", str(folder))
    here = {"FOLDER": str(folder), "CONFIGURATION": stated, "AUTHORITIES": trusted.read_text()}
    secrets = {"PGUSER": _ROLE, "PGPASSWORD": _PASSWORD, "PATH": "/usr/bin:/bin"}
    # The container is root in its own world, and hands the files over to a user that is not here.
    script = "chown() { :; }\n" + prepare["command"][0]
    subprocess.run(["sh", "-euc", script], env={**given, **here, **secrets}, check=True, timeout=60)
    process = pgbouncer.start(folder, (folder / "pgbouncer.ini").read_text())
    pgbouncer.wait_for(port, process, folder / "log")
    return process, port


def test_the_configuration_is_the_charts() -> None:
    chart = str(release("workload").one("ConfigMap", "pgbouncer")["data"]["pgbouncer.ini"])
    given = variables(containers(service_layer(), "pgbouncer")["prepare"])
    assert given["CONFIGURATION"].replace(_host(), WRITER).strip() == chart.strip()
    assert given["AUTHORITIES"] == (ROOT / "charts/workload/files/rds-ca/us-east-1.pem").read_text()


@pytest.mark.requirement("SL-71", "SL-80")
def test_the_role_comes_in_over_tls_alone_and_goes_on_over_tls(pooled: Pooled) -> None:
    with closing(pooled.connect()) as connection:
        assert connection.execute("SELECT current_user, current_database()").fetchone() == (_ROLE, _DATABASE)
        assert connection.pgconn.ssl_in_use
    assert set(pooled.front.versions) <= {"TLSv1.2", "TLSv1.3"}
    assert pooled.front.versions
    with pytest.raises(psycopg.OperationalError, match="SSL required"):
        pooled.connect(sslmode="disable")
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        pooled.connect(password="wrong")


@pytest.mark.requirement("SL-78", "SL-80")
def test_many_clients_share_the_pool_of_the_guide(pooled: Pooled) -> None:
    with ExitStack() as open_ones:
        clients = [open_ones.enter_context(pooled.connect()) for _ in range(60)]
        servers = {client.execute("SELECT pg_backend_pid()").fetchone() for client in clients}
    assert 1 <= len(servers) <= 20
    with closing(pooled.connect("pgbouncer")) as console:
        rows = console.pgconn.exec_(b"SHOW CONFIG")
        stated = {rows.get_value(row, 0): rows.get_value(row, 1) for row in range(rows.ntuples)}
    wanted = {b"pool_mode": b"transaction", b"max_client_conn": b"1000", b"default_pool_size": b"20"}
    assert {key: stated[key] for key in wanted} == wanted


def test_it_is_a_service_of_its_own_with_the_replicas_of_the_workload_file() -> None:
    service = service_layer().one(SERVICE, "application-pgbouncer-service").inputs
    assert service["desiredCount"] == 2
    (known,) = service["serviceConnectConfiguration"]["services"]
    assert known["clientAlias"] == [{"dnsName": "pgbouncer", "port": 6432}]
    main = containers(service_layer(), "pgbouncer")["pgbouncer"]
    assert main["entryPoint"] == ["pgbouncer", "/etc/pgbouncer/pgbouncer.ini"]
    assert main["memoryReservation"] == int(RESOURCES.requests.memory.removesuffix("Mi"))
    assert main["readonlyRootFilesystem"] is True
    assert not [each for each in on_ecs("gridtokenx").of_type(SERVICE) if each.inputs["name"] == "pgbouncer"]


def test_its_user_reaches_the_database_by_it_alone() -> None:
    recorder = service_layer()
    url = recorder.named("task-secrets-database-url-version").inputs["secretString"]
    assert url.endswith("@pgbouncer:6432/service_layer?sslmode=require")
    client = recorder.one(SERVICE, "application-service-layer-service").inputs
    assert client["serviceConnectConfiguration"]["enabled"] is True
    group, pooler = "application-service-layer-group-id", "application-pgbouncer-group-id"
    ways = [each.inputs for each in recorder.of_type(_EGRESS) if each.inputs["securityGroupId"] == group]
    assert 5432 not in {each["fromPort"] for each in ways}
    assert pooler in {each.get("referencedSecurityGroupId") for each in ways if each["fromPort"] == 6432}
    opened = [each.inputs for each in recorder.of_type(_INGRESS) if each.inputs["securityGroupId"] == pooler]
    assert [(each["referencedSecurityGroupId"], each["fromPort"]) for each in opened] == [(group, 6432)]
    wait = variables(containers(recorder, "service-layer")["await-database"])
    assert (wait["PGHOST"], wait["PGPORT"], wait["PGSSLMODE"]) == ("pgbouncer", "6432", "require")


def test_its_figures_are_read_with_the_roles_own_credential() -> None:
    tasks = containers(service_layer(), "pgbouncer")
    exporter = tasks["metrics"]
    assert variables(exporter)["PGBOUNCER_EXPORTER_CONNECTION_STRING"].startswith("postgres://127.0.0.1:6432/")
    assert [each["name"] for each in exporter["secrets"]] == ["PGPASSWORD", "PGUSER"]
    assert "localhost:9127" in variables(tasks["collector"])["AOT_CONFIG_CONTENT"]
