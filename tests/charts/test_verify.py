"""The proofs of a running product, with a real server on the other side."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.charts.edge import Edge, Figures, Prometheus, authority, certificate, running

_SCRIPT = Path(__file__).parents[2] / "charts" / "workload" / "files" / "verify.py"


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    authority(folder)
    return folder


@pytest.fixture(scope="module")
def edge(trusted: Path) -> Iterator[Edge]:
    with running(Edge(certificate(trusted, "localhost", 90))) as server:
        yield server


def _verify(
    folder: Path, trusted: Path, *checks: dict[str, Any], prometheus: str = ""
) -> subprocess.CompletedProcess[str]:
    document = folder / "checks.json"
    impatient = [{"patience": 0, "host": "localhost", **check} for check in checks]
    document.write_text(json.dumps({"checks": impatient, "prometheus": prometheus}))
    return subprocess.run(
        [sys.executable, "-W", "error", str(_SCRIPT), str(document)],
        env={"SSL_CERT_FILE": str(trusted / "authority.pem"), "ANSWER_SECONDS": "2", "PAUSE_SECONDS": "0.2"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.requirement("GX-170")
def test_a_websocket_opens_and_is_still_open_after_a_silence(tmp_path: Path, trusted: Path, edge: Edge) -> None:
    check = {"kind": "websocket", "port": edge.port, "path": "/ws", "open_seconds": 2}
    answer = _verify(tmp_path, trusted, check)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "answered 101 and was open after 2 s" in answer.stdout


@pytest.mark.requirement("GX-170")
@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/ws-refused", "the upgrade was answered with 'HTTP/1.1 200 OK'"),
        ("/ws-wrong", "the upgrade was answered with 'HTTP/1.1 101"),
        ("/ws-closes", "the connection was closed"),
        ("/ws-mute", "a ping was not answered"),
    ],
)
def test_a_websocket_that_does_not_work_fails(
    tmp_path: Path, trusted: Path, edge: Edge, path: str, reason: str
) -> None:
    answer = _verify(tmp_path, trusted, {"kind": "websocket", "port": edge.port, "path": path, "open_seconds": 1})
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert reason in answer.stdout


@pytest.mark.requirement("GX-174")
def test_a_certificate_that_lasts_passes(tmp_path: Path, trusted: Path, edge: Edge) -> None:
    answer = _verify(tmp_path, trusted, {"kind": "certificate", "port": edge.port, "days": 30})
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "valid for 90.0 more days" in answer.stdout or "valid for 89.9 more days" in answer.stdout


@pytest.mark.requirement("GX-174")
def test_a_certificate_with_ten_days_left_fails(tmp_path: Path, trusted: Path) -> None:
    with running(Edge(certificate(trusted, "localhost", 10))) as server:
        answer = _verify(tmp_path, trusted, {"kind": "certificate", "port": server.port, "days": 30})
    assert answer.returncode == 1
    assert "days are left, and more than 30 are wanted" in answer.stdout


@pytest.mark.requirement("GX-174")
def test_a_certificate_of_another_host_fails(tmp_path: Path, trusted: Path) -> None:
    with running(Edge(certificate(trusted, "other.example", 90))) as server:
        answer = _verify(tmp_path, trusted, {"kind": "certificate", "port": server.port})
    assert answer.returncode == 1
    assert "Hostname mismatch" in answer.stdout


@pytest.mark.requirement("GX-174")
def test_a_certificate_of_an_unknown_authority_fails(tmp_path: Path, trusted: Path, edge: Edge) -> None:
    authority(tmp_path)
    answer = _verify(tmp_path, tmp_path, {"kind": "certificate", "port": edge.port})
    assert answer.returncode == 1
    assert "CERTIFICATE_VERIFY_FAILED" in answer.stdout


@pytest.mark.requirement("WX-86")
def test_health_is_asked_for_until_patience_is_over(tmp_path: Path, trusted: Path, edge: Edge) -> None:
    late = {"kind": "http", "port": edge.port, "path": "/late"}
    assert _verify(tmp_path, trusted, late).returncode == 1
    edge.seen["/late"] = 0
    answer = _verify(tmp_path, trusted, {**late, "patience": 10})
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert edge.seen["/late"] == 2


@pytest.mark.requirement("WX-86")
def test_every_check_is_tried_and_one_that_fails_fails_all(tmp_path: Path, trusted: Path, edge: Edge) -> None:
    checks = [{"kind": "http", "port": edge.port, "path": path, "contains": "ok"} for path in ("/missing", "/health")]
    answer = _verify(tmp_path, trusted, *checks)
    assert answer.returncode == 1
    first, second = answer.stdout.splitlines()
    assert first == "FAILED  http localhost/missing: answered 404, not 200"
    assert second == "passed  http localhost/health: answered 200"
    assert all(edge.agents), "a firewall refuses who does not say who asks"


def test_an_answer_without_the_wanted_text_fails(tmp_path: Path, trusted: Path, edge: Edge) -> None:
    check = {"kind": "http", "port": edge.port, "path": "/health", "contains": "healthy"}
    answer = _verify(tmp_path, trusted, check)
    assert answer.returncode == 1
    assert "does not hold 'healthy'" in answer.stdout


def test_nobody_there_is_a_failure_and_not_an_error(tmp_path: Path, trusted: Path) -> None:
    answer = _verify(tmp_path, trusted, {"kind": "http", "port": 9, "path": "/"}, {"kind": "certificate", "port": 9})
    assert answer.returncode == 1
    assert answer.stdout.count("FAILED") == 2
    assert answer.stderr == ""


def _targets(edge: Edge) -> dict[str, Any]:
    return {
        "kind": "targets", "port": edge.port, "path": "/order", "requests": 40, "pods": "pods", "counter": "counter",
        "window_seconds": 0.5,
    }  # fmt: skip


def _dealt(edge: Edge, *pods: str) -> Figures:
    """Three pods with health checks of their own; what the edge was asked goes to `pods` in equal parts."""
    edge.seen["/order"] = 0
    noise = {"a": 100.0, "b": 200.0, "c": 300.0}

    def figures(expression: str) -> dict[str, float]:
        if expression == "pods":
            return dict.fromkeys(noise, 1.0)
        for pod in noise:
            noise[pod] += 20
        return {pod: count + (edge.seen["/order"] / len(pods) if pod in pods else 0) for pod, count in noise.items()}

    return figures


@pytest.mark.requirement("GX-176")
def test_requests_that_reach_every_pod_pass(tmp_path: Path, trusted: Path, edge: Edge) -> None:
    with running(Prometheus(_dealt(edge, "a", "b", "c"))) as prometheus:
        answer = _verify(tmp_path, trusted, _targets(edge), prometheus=prometheus.address)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "40 requests reached a, b, c" in answer.stdout
    assert prometheus.queries == ["pods", "counter", "counter", "counter"]


@pytest.mark.requirement("GX-176")
def test_a_pod_that_only_health_checks_reach_fails(tmp_path: Path, trusted: Path, edge: Edge) -> None:
    with running(Prometheus(_dealt(edge, "a", "b"))) as prometheus:
        answer = _verify(tmp_path, trusted, _targets(edge), prometheus=prometheus.address)
    assert answer.returncode == 1
    assert "of 40 requests c got fewer than 3" in answer.stdout


def _scaled(*counts: float) -> Figures:
    """As many pods at each question, the last for good."""
    left = list(counts)
    return lambda _: {"": left.pop(0) if len(left) > 1 else left[0]}


def _scaling(tmp_path: Path, trusted: Path, *counts: float) -> subprocess.CompletedProcess[str]:
    check = {"kind": "scaling", "replicas": "replicas", "rise_seconds": 0.6, "settle_seconds": 0.8}
    with running(Prometheus(_scaled(*counts))) as prometheus:
        return _verify(tmp_path, trusted, check, prometheus=prometheus.address)


@pytest.mark.requirement("GX-177")
@pytest.mark.requirement("AT-133")
def test_pods_that_become_more_and_fewer_again_pass(tmp_path: Path, trusted: Path) -> None:
    answer = _scaling(tmp_path, trusted, 3, 3, 7, 5, 3)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "3 pods became more than 3, and 3 again" in answer.stdout


@pytest.mark.requirement("GX-177")
@pytest.mark.requirement("AT-133")
@pytest.mark.parametrize(
    ("counts", "reason"),
    [((3, 3), "and never more"), ((3, 7), "3 pods became 7, and 7 were left long after the load")],
)
def test_pods_that_do_not_rise_or_do_not_come_back_fail(
    tmp_path: Path, trusted: Path, counts: tuple[float, ...], reason: str
) -> None:
    answer = _scaling(tmp_path, trusted, *counts)
    assert answer.returncode == 1
    assert reason in answer.stdout


def test_a_prometheus_that_does_not_answer_is_a_failure(tmp_path: Path, trusted: Path) -> None:
    check = {"kind": "scaling", "replicas": "replicas"}
    answer = _verify(tmp_path, trusted, check, prometheus="http://127.0.0.1:9")
    assert answer.returncode == 1
    assert "Prometheus does not answer" in answer.stdout
