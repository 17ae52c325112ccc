"""A server-side dry run asks the named cluster and no other, and hides no refusal."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.dry_run import main

# A stand-in that keeps what it was asked, and refuses an object called `refused` as kubectl prints an API server's no.
KUBECTL = """#!/usr/bin/env python3
import json, pathlib, sys
import yaml
here = pathlib.Path(__file__).parent
asked = sys.argv[1:]
given = list(yaml.safe_load_all(sys.stdin)) if "apply" in asked else []
with (here / "asked.jsonl").open("a") as log:
    log.write(json.dumps({"arguments": asked, "given": given}) + "\\n")
if asked[0] == "config":
    print("kind-try\\nproduction")
elif "namespaces" in asked:
    print("namespace/default\\nnamespace/shop")
failed = False
for item in given:
    if item["metadata"]["name"] == "refused":
        print("The Deployment \\"refused\\" is invalid: spec.selector: Required value", file=sys.stderr)
        failed = True
    else:
        print(f"{item['kind'].lower()}/{item['metadata']['name']} serverside-applied (server dry run)")
sys.exit(failed)
"""


def _object(kind: str, name: str, namespace: str | None = None) -> dict[str, Any]:
    metadata = {"name": name} if namespace is None else {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose stack prod was brought up, with a preview that was not."""
    (tmp_path / "Pulumi.yaml").write_text("name: groundwork\n")
    (tmp_path / "Pulumi.prod.yaml").write_text("config: {groundwork:workload: shop}\n")
    folder = tmp_path / ".offline-cloud" / "shop" / "manifests" / "prod"
    folder.mkdir(parents=True)
    objects = [_object("Namespace", "shop"), _object("Service", "api", "shop"), _object("Service", "far", "elsewhere")]
    (folder / "shop.yaml").write_text(yaml.safe_dump_all(objects))
    (folder / "shop.preview.yaml").write_text(yaml.safe_dump_all([_object("Service", "refused", "shop")]))
    return tmp_path


@pytest.fixture
def kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "kubectl"
    program.write_text(KUBECTL)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder / "asked.jsonl"


def _ask(project: Path, *more: str) -> int:
    return main(["--project", str(project), "--stack", "prod", *more])


def _asked(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_every_object_goes_to_the_named_cluster_for_show(
    project: Path, kubectl: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ask(project, "--context", "kind-try") == 0
    assert "shop: 3 of 3 objects accepted" in capsys.readouterr().out
    asked = [each for each in _asked(kubectl) if each["arguments"][0] != "config"]
    assert asked
    assert all(each["arguments"][:2] == ["--context", "kind-try"] for each in asked)
    (apply,) = [each for each in asked if "apply" in each["arguments"]]
    assert {"--server-side", "--dry-run=server"} <= set(apply["arguments"])
    places = {each["metadata"]["name"]: each["metadata"].get("namespace") for each in apply["given"]}
    assert places == {"shop": None, "api": "shop", "far": "default"}


def test_a_refusal_is_shown_and_counts(project: Path, kubectl: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = project / ".offline-cloud" / "shop" / "manifests" / "prod" / "more.yaml"
    file.write_text(yaml.safe_dump_all([_object("Deployment", "refused", "shop"), _object("Service", "api", "shop")]))
    assert _ask(project, "--context", "kind-try") == 1
    said = capsys.readouterr()
    assert "more: 1 of 2 objects accepted" in said.out
    assert "spec.selector: Required value" in said.err


@pytest.mark.usefixtures("kubectl")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "the current one is never taken by itself"),
        (("--context", ""), "name the cluster: make dry-run CONTEXT="),
        (("--context", "prod"), "knows no context 'prod'; it knows kind-try, production"),
        (("--context", "kind-try", "--workload", "bank"), "make up STACK=prod WORKLOAD=bank"),
        (("--context", "kind-try", "--stack", "dev"), "there is no stack 'dev'"),
    ],
)
def test_what_is_not_asked_says_why(
    arguments: tuple[str, ...], said: str, project: Path, kubectl: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ask(project, *arguments) == 2
    assert said in capsys.readouterr().err
    assert not kubectl.exists() or all("apply" not in each["arguments"] for each in _asked(kubectl))


def test_without_kubectl_it_says_where_to_get_it(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(project))
    assert _ask(project, "--context", "kind-try") == 2
    assert "kubectl is not on the PATH" in capsys.readouterr().err
