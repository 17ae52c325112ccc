"""The way to the database, measured by the chart's script on a real server, near and far."""

import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import sleep

import pytest

from tests.charts import gridtokenx
from tests.charts.rendering import at
from tools.drill.postgresql import Server, start

_SCRIPT = Path(__file__).parents[2] / "charts" / "workload" / "files" / "round-trip.sh"
_APP = "database-round-trip"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="groundwork-postgres-") as folder:
        running, process = start(Path(folder))
        try:
            yield running
        finally:
            process.terminate()
            process.wait(timeout=30)


class _Far:
    """A relay before the server that holds back every answer."""

    def __init__(self, behind: int, seconds: float) -> None:
        self._behind, self._seconds = behind, seconds
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            behind = socket.create_connection(("127.0.0.1", self._behind))
            threading.Thread(target=self._copy, args=(client, behind, 0.0), daemon=True).start()
            threading.Thread(target=self._copy, args=(behind, client, self._seconds), daemon=True).start()

    @staticmethod
    def _copy(source: socket.socket, target: socket.socket, seconds: float) -> None:
        with closing(source), closing(target):
            try:
                while data := source.recv(65_536):
                    sleep(seconds)
                    target.sendall(data)
            except OSError:
                return

    def close(self) -> None:
        self._listener.close()


def _run(server: Server, folder: Path, wanted: bool, **variables: str) -> str:
    """Run the script until its file is there, or is not; returns what Prometheus would read."""
    environment = server.environment(
        PGUSER="owner", PGCONNECT_TIMEOUT="2", FOLDER=str(folder), EVERY_SECONDS="1", **variables
    )
    process = subprocess.Popen(
        ["sh", str(_SCRIPT)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    file = folder / "metrics.txt"
    try:
        for _ in range(100):
            if file.exists() == wanted:
                return file.read_text() if wanted else ""
            sleep(0.1)
        raise AssertionError(f"the figures are {'not ' if wanted else ''}there after ten seconds")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=10)


def _seconds(text: str) -> float:
    found = re.search(r"^groundwork_database_round_trip_seconds ([0-9.]+)$", text, re.MULTILINE)
    assert found is not None, text
    return float(found[1])


@pytest.mark.requirement("GX-41")
def test_the_median_of_twenty_round_trips_is_left_for_prometheus(server: Server, tmp_path: Path) -> None:
    text = _run(server, tmp_path, wanted=True)
    assert "# TYPE groundwork_database_round_trip_seconds gauge" in text
    assert 0 < _seconds(text) < 0.1
    assert server.log.read_text().count("statement: SELECT 1;") >= 21


@pytest.mark.requirement("GX-41")
def test_a_database_that_is_far_is_measured_as_far(server: Server, tmp_path: Path) -> None:
    far = _Far(server.port, 0.02)
    try:
        assert _seconds(_run(server, tmp_path, wanted=True, PGPORT=str(far.port))) >= 0.02
    finally:
        far.close()


@pytest.mark.requirement("GX-41")
def test_without_an_answer_the_last_figure_goes(server: Server, tmp_path: Path) -> None:
    (tmp_path / "metrics.txt").write_text("groundwork_database_round_trip_seconds 0.001\n")
    _run(server, tmp_path, wanted=False, PGPORT="9")


@pytest.mark.requirement("GX-41")
def test_five_milliseconds_and_more_call_a_person() -> None:
    release = gridtokenx.rendered("workload", "prod")
    rules = [rule for item in release.of_kind("PrometheusRule") for group in item["spec"]["groups"]
             for rule in group["rules"]]  # fmt: skip
    alerts = {rule["alert"]: rule for rule in rules if "alert" in rule}
    metric = 'groundwork_database_round_trip_seconds{namespace="gridtokenx"}'
    assert alerts["DatabaseRoundTripSlow"]["expr"] == f"avg_over_time({metric}[5m]) >= 0.005"
    assert alerts["DatabaseRoundTripUnknown"]["expr"] == f"absent({metric})"


@pytest.mark.requirement("GX-41")
def test_the_probe_takes_the_products_own_way_and_is_scraped() -> None:
    release = gridtokenx.rendered("workload", "prod")
    deployment = release.one("Deployment", _APP)
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert labels["groundwork/database-client"] == "true"
    measure, web = at(deployment, "spec.template.spec.containers")
    variables = {each["name"]: each["value"] for each in measure["env"]}
    assert variables["PGHOST"] == "writer.gridtokenx-prod.internal"
    assert variables["PGSSLMODE"] == "require"
    assert measure["envFrom"] == [{"secretRef": {"name": "gridtokenx-database"}}]
    monitor = release.one("PodMonitor", _APP)["spec"]
    assert monitor["selector"]["matchLabels"] == {"app": _APP}
    assert monitor["podMetricsEndpoints"] == [{"port": "metrics", "path": "/metrics.txt", "interval": "30s"}]
    assert web["ports"][0]["name"] == "metrics"
    (way_in,) = release.one("NetworkPolicy", f"{_APP}-policy")["spec"]["ingress"]
    assert way_in["ports"] == [{"port": web["ports"][0]["containerPort"], "protocol": "TCP"}]
