"""The pooler's configuration with a real PgBouncer in front of a real PostgreSQL, over TLS on both sides."""

import configparser
import re
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from settings.facts.certificates import CERTIFICATE_REGIONS
from tests.charts import pgbouncer
from tests.charts.pgbouncer import TlsFront
from tests.charts.rendering import ROOT, at
from tests.charts.service_layer import WRITER, release
from tools.drill.postgresql import Server, start

_FILES = ROOT / "charts" / "workload" / "files"
_ROLE, _DATABASE = "serviceuser", "service_layer"
_PASSWORD = 'quoted"word'


def _configuration() -> str:
    return str(release("workload").one("ConfigMap", "pgbouncer")["data"]["pgbouncer.ini"])


@dataclass(frozen=True)
class Pooled:
    """A pooler, its port, the server behind it, and the folder of its files."""

    server: Server
    front: TlsFront
    folder: Path
    port: int

    def connect(
        self, database: str = _DATABASE, user: str = _ROLE, password: str = _PASSWORD, sslmode: str = "require"
    ) -> "psycopg.Connection[tuple[object, ...]]":
        where = make_conninfo(host="127.0.0.1", port=self.port, connect_timeout=10)
        who = make_conninfo(where, user=user, password=password, dbname=database, sslmode=sslmode)
        return psycopg.connect(who, autocommit=True)


@pytest.fixture(scope="module")
def pooled() -> Iterator[Pooled]:
    with tempfile.TemporaryDirectory(prefix="groundwork-pooler-") as place:
        folder = Path(place)
        (folder / "postgres").mkdir()
        folder.chmod(0o755)
        server, process = start(folder / "postgres")
        server.query(f"CREATE ROLE {_ROLE} LOGIN PASSWORD '{_PASSWORD}'")
        server.query(f"CREATE DATABASE {_DATABASE} OWNER {_ROLE}")
        pgbouncer.authority(folder, "authority")
        pgbouncer.authority(folder, "stranger")
        front = TlsFront(server.port, *pgbouncer.signed(folder, "writer", "authority"))
        pooler, port = _pooler(folder / "good", front.port, folder / "authority.pem")
        try:
            yield Pooled(server, front, folder, port)
        finally:
            for each in (pooler, process):
                each.terminate()
                each.wait(timeout=30)
            front.close()


def _pooler(folder: Path, behind: int, trusted: Path) -> "tuple[subprocess.Popen[bytes], int]":
    """Start the chart's pooler with nothing changed but where things are: the server, its authority, the files."""
    folder.mkdir()
    tls = folder / "tls"
    tls.mkdir()
    subprocess.run(["sh", str(_FILES / "certificate.sh"), "pgbouncer", str(tls)], check=True, timeout=60)
    template = release("foundation").one("ExternalSecret", "service-layer-pooler")["spec"]["target"]["template"]["data"]
    (folder / "userlist.txt").write_text(_as_external_secrets_would(template["userlist"]))
    (folder / "rds-ca.pem").write_text(trusted.read_text())
    port = pgbouncer.free_port()
    stated = _configuration().replace(WRITER, "127.0.0.1").replace("port=5432", f"port={behind}")
    stated = stated.replace("listen_port = 6432", f"listen_port = {port}").replace("/etc/pgbouncer", str(folder))
    process = pgbouncer.start(folder, stated)
    pgbouncer.wait_for(port, process, folder / "log")
    return process, port


def _as_external_secrets_would(template: str) -> str:
    """Fill in the template's three forms; the escape is checked to be the one that PgBouncer's file asks for."""
    assert '{{ .database_password | replace "\\"" "\\"\\"" }}' in template
    filled = re.sub(r"\{\{ \.database_password \|[^}]*\}\}", lambda _: _PASSWORD.replace('"', '""'), template)
    return filled.replace("{{ .database_username }}", _ROLE)


def test_the_role_comes_in_with_its_password_and_nobody_without(pooled: Pooled) -> None:
    with pooled.connect() as connection:
        assert connection.execute("SELECT current_user, current_database()").fetchone() == (_ROLE, _DATABASE)
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        pooled.connect(password="wrong")
    with pytest.raises(psycopg.OperationalError, match=r"authentication failed|no such user"):
        pooled.connect(user="stranger")


@pytest.mark.requirement("SL-71")
def test_a_client_without_tls_is_refused(pooled: Pooled) -> None:
    with pytest.raises(psycopg.OperationalError, match="SSL required"):
        pooled.connect(sslmode="disable")
    with pooled.connect() as connection:
        assert connection.pgconn.ssl_in_use


@pytest.mark.requirement("SL-71")
def test_the_way_to_the_server_is_encrypted(pooled: Pooled) -> None:
    with pooled.connect() as connection:
        connection.execute("SELECT 1")
    assert pooled.front.versions
    assert set(pooled.front.versions) <= {"TLSv1.2", "TLSv1.3"}


def test_a_server_with_another_authority_gets_no_password(pooled: Pooled) -> None:
    process, port = _pooler(pooled.folder / "bad", pooled.front.port, pooled.folder / "stranger.pem")
    try:
        with pytest.raises(psycopg.OperationalError):
            replace(pooled, port=port).connect()
        assert "certificate verify failed" in (pooled.folder / "bad" / "log").read_text()
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.requirement("SL-80")
def test_clients_share_the_pool_and_never_exceed_it(pooled: Pooled) -> None:
    with ExitStack() as open_ones, ThreadPoolExecutor(1) as thread:
        holders = [open_ones.enter_context(pooled.connect()) for _ in range(20)]
        for holder in holders:
            holder.execute("BEGIN")
        servers = {_server_process(holder) for holder in holders}
        assert len(servers) == 20
        late = open_ones.enter_context(pooled.connect())
        answer = thread.submit(_server_process, late)
        with pytest.raises(TimeoutError):
            answer.result(timeout=1)
        holders[0].execute("COMMIT")
        assert answer.result(timeout=30) in servers


def _server_process(connection: "psycopg.Connection[tuple[object, ...]]") -> object:
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    assert row is not None
    return row[0]


@pytest.mark.requirement("SL-80")
def test_a_transaction_keeps_its_server_and_leaves_it_for_others(pooled: Pooled) -> None:
    with pooled.connect() as one, one.transaction():
        first = one.execute("SELECT pg_backend_pid()").fetchone()
        assert one.execute("SELECT pg_backend_pid()").fetchone() == first
    with pooled.connect() as other:
        pids = {other.execute("SELECT pg_backend_pid()").fetchone() for _ in range(3)}
    assert first in pids, "the newest idle server is taken first, so another client gets the one just left"


@pytest.mark.requirement("SL-78")
@pytest.mark.requirement("SL-80")
def test_pgbouncer_itself_states_the_figures_of_the_guide(pooled: Pooled) -> None:
    with pooled.connect("pgbouncer") as console:
        rows = console.pgconn.exec_(b"SHOW CONFIG")
        stated = {_text(rows.get_value(row, 0)): _text(rows.get_value(row, 1)) for row in range(rows.ntuples)}
    assert stated["pool_mode"] == "transaction"
    assert stated["max_client_conn"] == "1000"
    assert stated["default_pool_size"] == "20"
    assert stated["listen_addr"] == "*"
    assert stated["auth_type"] == "scram-sha-256"
    assert stated["server_tls_sslmode"] == "verify-ca"


def _text(value: bytes | None) -> str:
    return (value or b"").decode()


def test_the_role_sees_figures_but_cannot_command(pooled: Pooled) -> None:
    with pooled.connect("pgbouncer") as console:
        assert console.pgconn.exec_(b"SHOW POOLS").ntuples > 0
        assert b"admin" in console.pgconn.exec_(b"SHUTDOWN").error_message


@pytest.mark.requirement("SL-21")
def test_the_wait_for_the_database_ends_when_the_pooler_answers(pooled: Pooled) -> None:
    container = at(release("workload").one("Deployment", "service-layer"), "spec.template.spec.initContainers[0]")
    stated = {item["name"]: item["value"] for item in container["env"]}
    assert (stated["PGHOST"], stated["PGPORT"], stated["PGUSER"]) == ("pgbouncer", "6432", _ROLE)
    script = container["command"][2].replace("sleep 5", "sleep 0")
    here = {**stated, "PGHOST": "127.0.0.1", "PGSSLMODE": "prefer"}  # the test's client is built without TLS
    assert pooled.server.run("sh", "-c", script, **{**here, "PGPORT": str(pooled.port)}).returncode == 0
    assert pooled.server.run("sh", "-c", script, **{**here, "PGPORT": str(pgbouncer.free_port())}).returncode == 1


@pytest.mark.requirement("SL-77")
@pytest.mark.requirement("SL-78")
@pytest.mark.requirement("SL-80")
def test_the_figures_of_the_guide() -> None:
    stated = configparser.ConfigParser(interpolation=None)
    stated.read_string(_configuration())
    assert stated["databases"][_DATABASE] == f"host={WRITER} port=5432 dbname={_DATABASE}"
    main = stated["pgbouncer"]
    assert (main["listen_port"], main["listen_addr"]) == ("6432", "*")
    assert (main["pool_mode"], main["max_client_conn"], main["default_pool_size"]) == ("transaction", "1000", "20")
    assert main["auth_file"] == "/etc/pgbouncer/userlist.txt"


def test_the_list_of_users_is_a_mounted_file_of_a_secret() -> None:
    deployment = release("workload").one("Deployment", "pgbouncer")
    mount = at(deployment, "spec.template.spec.containers[0].volumeMounts[mountPath=/etc/pgbouncer/userlist.txt]")
    volume = at(deployment, f"spec.template.spec.volumes[name={mount['name']}].secret")
    assert volume["secretName"] == "service-layer-pooler"
    assert volume["items"] == [{"key": mount["subPath"].removesuffix(".txt"), "path": "userlist.txt"}]
    assert volume["defaultMode"] == 0o400


@pytest.mark.requirement("SL-76")
def test_the_pooler_is_replaced_without_losing_clients() -> None:
    release_ = release("workload")
    deployment = release_.one("Deployment", "pgbouncer")
    assert deployment["spec"]["replicas"] == 2
    assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert release_.one("PodDisruptionBudget", "pgbouncer")["spec"]["maxUnavailable"] == 1
    assert at(release("workload", "dev").one("Deployment", "pgbouncer"), "spec.replicas") == 1


@pytest.mark.requirement("SL-78")
def test_the_network_lets_the_services_in_and_the_pooler_to_the_database_alone() -> None:
    pooler = release("workload").one("NetworkPolicy", "pgbouncer-policy")["spec"]
    assert pooler["ingress"][0]["from"] == [{"podSelector": {"matchLabels": {"app": "service-layer"}}}]
    assert pooler["ingress"][0]["ports"] == [{"port": 6432, "protocol": "TCP"}]
    assert [rule["ports"][0]["port"] for rule in pooler["egress"]] == [5432]
    service = release("workload").one("NetworkPolicy", "service-layer-policy")["spec"]
    assert service["egress"][0]["to"] == [{"podSelector": {"matchLabels": {"app": "pgbouncer"}}}]
    assert 5432 not in {rule["ports"][0]["port"] for rule in service["egress"]}


@pytest.mark.parametrize("region", sorted(CERTIFICATE_REGIONS))
def test_the_certificate_authorities_are_those_of_the_region(region: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(_FILES / "rds-ca" / f"{region}.pem")
    authorities = [str(each) for each in context.get_ca_certs()]
    assert len(authorities) == 3
    for kind in ("RSA2048", "RSA4096", "ECC384"):
        (named,) = (each for each in authorities if f"'Amazon RDS {region} Root CA {kind} G1'" in each)
        (year,) = re.findall(r"'notAfter': '[^']* (\d{4}) GMT'", named)
        assert int(year) >= 2061


def test_the_chart_carries_no_other_region() -> None:
    assert {file.stem for file in (_FILES / "rds-ca").glob("*.pem")} == CERTIFICATE_REGIONS
