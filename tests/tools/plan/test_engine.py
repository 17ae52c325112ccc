"""A plan of OpeniBank's production on the offline cloud, by the real engine: a dozen changes at once."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.forked import Ended
from tests.platform.life import LINKED, ROOT
from tools.plan import tables
from tools.plan.__main__ import REFUSED, REPLACES

pytestmark = pytest.mark.engine
OWN = ("components", "workloads")
"""What the test changes: copies, where the rest is linked."""
STATED = (
    "database.instance_class=db.m7g.2xlarge",
    "database.storage_gib=450",
    "database.read_replicas=1",
    "database.backup_retention_days=14",
    "cache.node_type=cache.m7g.xlarge",
    "cluster.system_nodes.instance_types[0]=m7i.2xlarge",
    "monitoring.log_retention_days=30",
)
EDITED = {
    "workloads/openibank.yaml": (
        ("RUST_LOG: info,openibank=debug", "RUST_LOG: info"),
        ("  uploads: {}", "  files: {}"),
    ),
    "components/capabilities/database/parameters.py": (
        ('_static("track_activity_query_size", "4096")', '_static("track_activity_query_size", "8192")'),
        ('_dynamic("log_temp_files", "10240")', '_dynamic("log_temp_files", "20480")'),
    ),
}
DOMAIN = ("-c", "groundwork:domain=other.example")
ALLOWED = (
    *("-c", "groundwork:permits[0].change=replace"),
    *("-c", "groundwork:permits[0].of=ingress-zone"),
    *("-c", f"groundwork:permits[0].until={datetime.now(UTC).date() + timedelta(days=1)}"),
    *("-c", "groundwork:permits[0].why=the company has another name"),
)


@dataclass(frozen=True)
class Stack:
    folder: Path

    def run(self, module: str, *arguments: str) -> Ended:
        """Run a command in the project's own folder, so that its own program counts."""
        command = [sys.executable, "-m", module, *arguments, "--stack", "prod", "--workload", "openibank"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """Bring production up once, with a bucket of the product's own."""
    folder = tmp_path_factory.mktemp("planned")
    for file in (*(ROOT / name for name in (*LINKED, "tools")), *ROOT.glob("Pulumi.*.yaml")):
        if file.name in OWN:
            shutil.copytree(file, folder / file.name)
        elif file.exists():
            (folder / file.name).symlink_to(file)
    with (folder / "workloads/openibank.yaml").open("a", encoding="utf-8") as workload:
        workload.write("buckets:\n  uploads: {}\n")
    made = Stack(folder)
    up = made.run("offline_cloud", "up", "--fast")
    assert up.code == 0, up.out + up.err
    return made


@pytest.fixture(scope="module")
def planned(stack: Stack) -> Mapping[str, Any]:
    """Plan all changes at once, and take them back."""
    kept = {name: (stack.folder / name).read_text("utf-8") for name in EDITED}
    for name, changes in EDITED.items():
        text = kept[name]
        for before, after in changes:
            assert before in text, f"{name}: {before}"
            text = text.replace(before, after)
        (stack.folder / name).write_text(text, "utf-8")
    options = [option for setting in STATED for option in ("-c", f"groundwork:{setting}")]
    said = stack.run("tools.plan", "--json", *options)
    for name, text in kept.items():
        (stack.folder / name).write_text(text, "utf-8")
    assert said.code == REFUSED, said.out + said.err
    return {**json.loads(said.out), "error": said.err}


EXPECTED = [
    ("aws:rds/instance:Instance database-primary", "instanceClass", "brief fail-over", "at the maintenance window"),
    ("aws:rds/instance:Instance database-primary", "allocatedStorage", "nothing visible", "at the maintenance window"),
    ("aws:rds/instance:Instance database-primary", "backupRetentionPeriod", "loses data", "now"),
    ("aws:rds/instance:Instance database-replica-2", "deleted", "replaces", "now"),
    ("aws:rds/parameterGroup:ParameterGroup", "parameters.track_activity_query_size", "restart", "at the next reboot"),
    ("aws:rds/parameterGroup:ParameterGroup", "parameters.log_temp_files", "nothing visible", "now"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", "nodeType", "brief fail-over", "at the maintenance window"),
    ("aws:eks/nodeGroup:NodeGroup", "replaced: instanceTypes", "replaces", "now"),
    ("aws:cloudwatch/logGroup:LogGroup", "retentionInDays 365 → 30", "loses data", "now"),
    ("aws:s3/bucket:Bucket", "deleted", "replaces", "now"),
    (
        "kubernetes:helm.sh/v3:Release application-workload",
        "Deployment api-server: spec.template",
        "rolling",
        "now",
    ),
]


@pytest.mark.parametrize(("resource", "what", "kind", "when"), EXPECTED, ids=[each[1] for each in EXPECTED])
def test_each_change_has_its_class_and_its_moment(
    planned: Mapping[str, Any], resource: str, what: str, kind: str, when: str
) -> None:
    found = [
        each for each in planned["findings"] if each["resource"].startswith(resource) and each["what"].startswith(what)
    ]
    assert found, f"{resource}: {what}"
    for each in found:
        assert (each["kind"], each["when"]) == (kind, when)
        assert each["source"].startswith("https://")


def test_what_loses_data_is_refused(planned: Mapping[str, Any]) -> None:
    lost = {each["resource"] for each in planned["findings"] if each["kind"] == "loses data"}
    assert {each["resource"] for each in planned["findings"] if each["refused"]} >= lost
    assert "change: replace, of: database-primary, until: <day>" in planned["error"]


def test_a_plan_takes_two_seconds_beyond_the_preview_at_most(planned: Mapping[str, Any]) -> None:
    (line,) = (line for line in planned["error"].splitlines() if line.startswith("planned in "))
    assert float(line.split()[2]) <= 2


def test_a_word_in_the_settings_lets_the_same_run_replace(stack: Stack) -> None:
    """The engine refuses without it; with it, the plan says what goes, and the preview goes through."""
    without = stack.run("offline_cloud", "preview", "--no-policy", *DOMAIN)
    assert without.code != 0
    assert "marked for protection" in without.err
    allowed = stack.run("tools.plan", *DOMAIN, *ALLOWED)
    assert allowed.code == REPLACES, allowed.out + allowed.err
    assert "1 loses data" in allowed.out.splitlines()[0]
    within = stack.run("offline_cloud", "preview", "--no-policy", *DOMAIN, *ALLOWED)
    assert within.code == 0, within.err


def test_a_plans_setting_is_for_previews_alone(stack: Stack) -> None:
    said = stack.run("offline_cloud", "up", "-c", "groundwork:preview=plan")
    assert said.code != 0
    assert "is for previews alone" in said.err


def test_whatever_the_program_protects_is_known_to_hold_data(stack: Stack) -> None:
    state = json.loads(stack.run("offline_cloud", "export").out)["deployment"]["resources"]
    protected = {each["type"] for each in state if each.get("protect")}
    assert protected
    assert {type for type in protected if not tables.types()[type].holds} == set()


def test_every_kind_that_a_release_renders_has_a_verdict(stack: Stack) -> None:
    manifests = stack.folder / ".offline-cloud/openibank/manifests/prod"
    rendered = [
        document for file in manifests.glob("*.yaml") for document in yaml.load_all(file.read_text(), yaml.CSafeLoader)
    ]
    kinds = {document["kind"] for document in rendered if document}
    assert kinds
    assert kinds - tables.types().keys() == set()
