"""Upstream charts from a repository on this machine: fetched, kept, rendered and judged like the platform's own."""

import functools
import http.server
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from offline_cloud.cloud.model import at
from offline_cloud.kubernetes import catalog, fetched, inventory
from offline_cloud.kubernetes.charts import fetch
from offline_cloud.kubernetes.charts.fetch import NotFetchedError, Source
from offline_cloud.kubernetes.render import chart_file
from offline_cloud.tools import find
from tests.offline_cloud.kubernetes.clouds import CHARTS, Cloud, deployment, not_rendered, noted, pods, said


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, and prints nothing."""

    def log_message(self, format: str, *args: object) -> None:
        del format, args


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[str]:
    """A chart repository on the loop-back address, with the charts `shop` and `objects` in it."""
    folder = tmp_path / "repository"
    folder.mkdir()
    for chart in (CHARTS / "shop", CHARTS / "objects", self_made(tmp_path / "operator")):
        helm("package", str(chart), "--destination", str(folder))
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        helm("repo", "index", str(folder), "--url", address)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield address
        server.shutdown()


def self_made(folder: Path) -> Path:
    """A chart whose pods read a Secret that they make themselves, and one that the values name."""
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: operator\nversion: 1.0.0\n", "utf-8")
    secret = deployment(template=pods(volumes=[{"name": "a", "secret": {"secretName": "its-own"}}]))
    other = deployment("other", template=pods(volumes=[{"name": "a", "secret": {"secretName": "{{ .Values.key }}"}}]))
    text = "---\n".join(yaml.safe_dump(body) for body in (secret, other))
    (folder / "templates" / "all.yaml").write_text(text, "utf-8")
    return folder


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for fetched charts, with nothing in it; nothing that was found out earlier counts."""
    monkeypatch.setenv(fetched.VARIABLE, str(tmp_path / "kept"))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    fetch.is_reached.cache_clear()
    return tmp_path / "kept"


def helm(*arguments: str) -> None:
    done = subprocess.run([str(find("helm")), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def nobody() -> str:
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_a_chart_is_fetched_once_and_kept_whole(repository: str, kept: Path) -> None:
    source = Source("shop", "1.2.3", repository)
    assert fetch.fetch(source) == "fetched"
    assert fetch.fetch(source) == "ready"
    folder = fetched.find("shop", "1.2.3", repository)
    assert folder is not None
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in (CHARTS / "shop").iterdir())
    assert [path.name for path in kept.iterdir()] == [folder.name]
    assert fetched.find("shop", "1.2.3", "https://elsewhere.example.org") is None


def test_a_repository_that_does_not_answer_is_left_alone(kept: Path) -> None:
    there, missing = fetch.fetch_all([Source("shop", "1.2.3", nobody())])
    assert there == []
    assert missing == ["shop 1.2.3: 127.0.0.1 does not answer"]
    assert not kept.exists()


@pytest.mark.parametrize(
    ("name", "version", "why"),
    [
        ("shop", "9.9.9", "9.9.9"),
        ("shop", "1.2", "gave version 1.2.3 instead of 1.2"),
        ("shoppe", "1.2.3", 'chart "shoppe" version "1.2.3" not'),
    ],
)
def test_what_a_repository_does_not_have_is_said(repository: str, name: str, version: str, why: str) -> None:
    with pytest.raises(NotFetchedError, match=why):
        fetch.fetch(Source(name, version, repository))
    assert fetched.find(name, version, repository) is None


def test_the_pinned_charts_are_those_of_the_table() -> None:
    assert {source.name for source in fetch.pinned()} == set(catalog.pinned())
    assert Source(
        "karpenter", catalog.pinned()["karpenter"]["version"], "oci://public.ecr.aws/karpenter/karpenter"
    ) in (fetch.pinned())


def install(cloud: Cloud, repository: str, **values: object) -> str:
    chart = {"chart": "shop", "version": "1.2.3", "repositoryOpts": {"repo": repository}, "values": dict(values)}
    outcome = cloud.install("shop", **chart)  # type: ignore[arg-type]
    return said(outcome) or noted(outcome)


def test_a_fetched_chart_is_rendered_and_its_objects_are_in_the_cluster(cloud: Cloud, repository: str) -> None:
    fetch.fetch(Source("shop", "1.2.3", repository))
    assert install(cloud, repository, replicas=3) == ""
    outputs = cloud.release("shop").outputs
    assert at(outputs, "manifest.state") == "rendered"
    assert at(outputs, "resourceNames.Service/v1") == ["shop/shop"]
    assert "replicas 3" in " ".join(line.detail for line in inventory.objects(cloud.world, "prod", "deployments"))
    assert not_rendered(cloud) == []


def test_a_fetched_chart_is_judged(cloud: Cloud, repository: str) -> None:
    fetch.fetch(Source("shop", "1.2.3", repository))
    assert 'values.replicas: "three" is not of type integer' in install(cloud, repository, replicas="three")
    version = str(chart_file(CHARTS / "objects")["version"])
    fetch.fetch(Source("objects", version, repository))
    refused = cloud.objects(
        deployment(replicas=-1), chart="objects", version=version, repositoryOpts={"repo": repository}
    )
    assert "Deployment shop/main: spec.replicas" in said(refused)


def test_what_an_upstream_chart_makes_itself_is_not_missed(cloud: Cloud, repository: str) -> None:
    fetch.fetch(Source("operator", "1.0.0", repository))
    refused = said(
        cloud.install(
            "operator",
            chart="operator",
            version="1.0.0",
            repositoryOpts={"repo": repository},
            values={"key": "of-the-platform"},
        )
    )
    assert "no Secret 'of-the-platform' in namespace shop" in refused
    assert "its-own" not in refused


def test_without_fetching_no_connection_is_opened(
    cloud: Cloud, repository: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setenv("PATH", str(Path(shutil.which("sh") or "/bin/sh").parent))
    told = install(cloud, repository, replicas=3)
    assert told.startswith("release shop: chart shop 1.2.3 was not rendered, as it was not fetched")
    assert not_rendered(cloud) == ["shop 1.2.3"]


def test_a_release_keeps_its_objects_when_the_fetched_chart_goes(cloud: Cloud, repository: str, kept: Path) -> None:
    fetch.fetch(Source("shop", "1.2.3", repository))
    install(cloud, repository)
    shutil.rmtree(kept)
    assert not_rendered(cloud) == []
    assert inventory.objects(cloud.world, "prod", "services")
