"""Exporters: what asks for the public addresses, with the real blackbox exporter before an answer of the product's."""

import json
import re
import subprocess
import threading
import urllib.parse
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.product.probes import configuration, field
from settings.arithmetic.exporters import public_urls
from settings.workload.observation import HealthCheck
from tests.charts.listening import listening
from tests.charts.rendering import render
from tests.charts.whole_platform import WORKLOADS, local_releases, settings
from tests.tool import tool

_WELL: dict[str, Any] = {
    "status": "healthy",
    "version": "1.0.0",
    "uptime": 86400,
    "checks": {"database": "ok", "redis": "ok", "issuer": "ok"},
}
"""The answer of OpeniBank's guide (OB-14)."""


def _release(workload: str) -> Any:
    (values,) = [each.values for each in local_releases(workload, "production") if each.name == workload]
    return render("workload", dict(values))


@pytest.mark.parametrize("workload", WORKLOADS)
@pytest.mark.requirement("WX-68")
def test_every_public_host_is_asked_for_twice_a_minute(workload: str) -> None:
    given = settings(workload, "prod")
    probes = [each for each in _release(workload).of_kind("Probe") if each["spec"]["jobName"] == "public-probe"]
    asked = [str(url) for each in probes for url in each["spec"]["targets"]["staticConfig"]["static"]]
    hosts = {route.host for route in given.workload.ingress.routes}
    hosts |= {site.host for site in given.workload.static_sites.values()}
    assert {urllib.parse.urlsplit(url).hostname for url in asked} == {given.hostname(host) for host in hosts}
    assert all(url.startswith("https://") for url in asked)
    assert {each["spec"]["interval"] for each in probes} == {"30s"}


def test_a_stack_that_is_closed_is_asked_for_nothing() -> None:
    for stated in ({"maintenance": True}, {"allowed_cidrs": ["192.0.2.0/24"]}, {"serving": False}):
        assert public_urls(settings("gridtokenx", "prod", ingress=stated)) == {}
    assert public_urls(settings("gridtokenx", "prod", application={"stopped": True})) == {}
    assert public_urls(settings("gridtokenx", "prod", runtime="ecs")) == {}


def test_the_exporter_reaches_public_addresses_and_prometheus_reaches_it() -> None:
    policy = _release("openibank").one("NetworkPolicy", "public-probe-policy")["spec"]
    (out,) = policy["egress"]
    assert [port["port"] for port in out["ports"]] == [443]
    assert "10.0.0.0/8" in out["to"][0]["ipBlock"]["except"]
    (into,) = policy["ingress"]
    names = into["from"][0]["namespaceSelector"]["matchLabels"]
    assert (names, into["ports"][0]["port"]) == ({"kubernetes.io/metadata.name": "monitoring"}, 9115)


_ILL: dict[str, dict[str, Any]] = {
    "a store is down": {**_WELL, "checks": {"database": "ok", "redis": "down", "issuer": "ok"}},
    "a check is gone": {**_WELL, "checks": {"database": "ok", "issuer": "ok"}},
    "the name is elsewhere": {**_WELL, "redis": "ok", "checks": {"database": "ok", "issuer": "ok"}},
    "not well as a whole": {**_WELL, "status": "degraded", "was": {"status": "healthy"}},
}


@pytest.mark.requirement("OB-14")
def test_the_answer_of_the_guide_is_well_however_it_is_laid_out() -> None:
    patterns = _patterns()
    for answer in (_WELL, {**_WELL, "checks": dict(reversed(_WELL["checks"].items()))}):
        for text in (json.dumps(answer, separators=(",", ":")), json.dumps(answer, indent=2)):
            assert all(re.search(each, text) for each in patterns[1:]), text


@pytest.mark.parametrize("why", _ILL)
@pytest.mark.requirement("OB-14")
def test_another_answer_is_not(why: str) -> None:
    text = json.dumps(_ILL[why], separators=(",", ":"))
    assert not all(re.search(each, text) for each in _patterns()), text


def test_a_field_is_the_whole_text() -> None:
    assert re.search(field("status", "ok"), '{"status": "ok"}')
    assert not re.search(field("status", "ok"), '{"status":"ok, but"}')
    assert not re.search(field("status", "true"), '{"status":true}')


def _patterns() -> list[str]:
    config = _release("openibank").one("ConfigMap", "public-probe")["data"]["blackbox.yml"]
    return yaml.safe_load(config)["modules"]["well"]["http"]["fail_if_body_not_matches_regexp"]


@pytest.mark.parametrize("workload", WORKLOADS)
def test_the_blackbox_exporter_takes_the_configuration(workload: str, tmp_path: Path) -> None:
    file = tmp_path / "blackbox.yml"
    file.write_text(_release(workload).one("ConfigMap", "public-probe")["data"]["blackbox.yml"], encoding="utf-8")
    command = [tool("blackbox_exporter"), f"--config.file={file}", "--config.check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.requirement("OB-14")
def test_the_exporter_finds_the_products_answer_well_and_others_ill(tmp_path: Path) -> None:
    """Over plain HTTP, for the test has no certificate; what is asked of the answer is the product's own."""
    check = settings("openibank", "prod").workload.health_check
    assert isinstance(check, HealthCheck)
    config: Any = configuration(check)
    for module in config["modules"].values():
        module["http"]["fail_if_not_ssl"] = False
    answers = {"/well": _WELL, **{f"/{number}": each for number, each in enumerate(_ILL.values())}}
    with _answering(answers) as product, _blackbox(config, tmp_path) as exporter:
        assert _success(exporter, "well", f"{product}/well") == 1
        assert [_success(exporter, "well", f"{product}/{number}") for number in range(len(_ILL))] == [0] * len(_ILL)
        assert _success(exporter, "answers", f"{product}/0") == 1
        assert _success(exporter, "answers", f"{product}/nowhere") == 0


@contextmanager
def _answering(answers: dict[str, dict[str, Any]]) -> Generator[str]:
    class Product(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = answers.get(self.path)
            self.send_response(503 if found is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(found, separators=(",", ":")).encode())

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output to the test."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Product)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def _blackbox(config: dict[str, Any], folder: Path) -> Generator[str]:
    file = folder / "blackbox.yml"
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    with listening("blackbox_exporter", folder, f"--config.file={file}") as address:
        yield address


def _success(exporter: str, module: str, target: str) -> float:
    query = urllib.parse.urlencode({"module": module, "target": target})
    with urllib.request.urlopen(f"{exporter}/probe?{query}", timeout=30) as answer:
        (found,) = re.findall(r"^probe_success (\S+)$", answer.read().decode(), re.MULTILINE)
    return float(found)
