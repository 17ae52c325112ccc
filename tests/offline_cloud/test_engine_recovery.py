"""Runs that are cut off: one clear line, a way on, and nothing lost."""

import os
import re
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.offline_cloud.projects import NETWORK, PRELUDE, Project, kill
from tools import kills

pytestmark = pytest.mark.engine
SUBNET = "aws:ec2/subnet:Subnet"


def test_a_failed_create_leaves_the_rest_and_is_made_by_the_next_run(project: Project) -> None:
    failed = project.run("up", OFFLINE_CLOUD_FAULTS=f"create:{SUBNET}:1=error")
    assert failed.code != 0
    assert f"{SUBNET} subnet: InternalFailure" in failed.err
    assert project.held() == ["aws:ec2/vpc:Vpc"]
    assert project.up() == {"create": 1, "same": 3}


def test_throttling_only_takes_longer(project: Project) -> None:
    assert project.up(OFFLINE_CLOUD_FAULTS="create:*:1=throttle")["create"] == 4


@pytest.mark.parametrize("kind", ["crash", "crash-after"])
def test_a_provider_that_dies_while_creating_is_settled_by_the_next_run(project: Project, kind: str) -> None:
    died = project.run("up", OFFLINE_CLOUD_FAULTS=f"create:{SUBNET}:1={kind}")
    assert died.code != 0
    assert "the provider process died" in died.err
    assert project.up()["create"] == 1
    assert project.held() == ["aws:ec2/vpc:Vpc", SUBNET]
    assert project.run("destroy").code == 0
    assert project.held() == []


def test_a_provider_that_dies_while_deleting_is_settled_by_the_next_run(project: Project) -> None:
    project.up()
    assert project.run("destroy", OFFLINE_CLOUD_FAULTS=f"delete:{SUBNET}:1=crash-after").code != 0
    again = project.run("destroy")
    assert again.code == 0, again.err
    assert "dropped from the state" in again.err
    assert project.held() == []


def test_a_killed_run_is_taken_up_where_it_stopped(project: Project) -> None:
    running = project.start("up", OFFLINE_CLOUD_FAULTS=f"create:{SUBNET}:1=slow")
    project.wait_for_creating(SUBNET)
    engine = project.engine_of(running)
    kill(running.pid)
    kill(engine)
    running.communicate()
    assert project.state()["pending_operations"]

    again = project.run("up")
    assert again.code == 0, again.err
    assert "the last run was cut off with 1 requests under way; they are settled" in again.err
    assert not project.state().get("pending_operations")
    assert project.up() == {"same": 4}
    assert project.held().count(SUBNET) == 1


@pytest.mark.parametrize("options", [(), ("--fast",)])
def test_what_was_made_when_all_was_killed_is_taken_over(project: Project, options: tuple[str, ...]) -> None:
    running = project.start("up", *options, OFFLINE_CLOUD_FAULTS=f"create:{SUBNET}:1=slow-after")
    project.wait_for_held(SUBNET)
    made = project.ids()
    project.kill_all(running)

    again = project.run("up")
    assert again.code == 0, again.err
    # An engine that hears of the end before it is killed has saved the VPC, with --fast as well.
    vpc = "(aws:ec2/vpc:Vpc vpc, )?" if options else ""
    assert re.search(f"in the cloud already, and taken over: {vpc}{SUBNET} subnet", again.err)
    assert project.ids() == made
    assert project.up() == {"same": 4}


def test_what_was_made_when_all_was_killed_is_undone_when_nobody_wants_it(project: Project) -> None:
    running = project.start("up", OFFLINE_CLOUD_FAULTS=f"create:{SUBNET}:1=slow-after")
    project.wait_for_held(SUBNET)
    project.kill_all(running)
    again = project.program(NETWORK.replace('"subnet"', '"another"')).run("up")  # of the same range: nothing in its way
    assert again.code == 0, again.err
    assert "made by a run that was cut off, wanted by nobody, and undone: aws:ec2/subnet:Subnet subnet" in again.err
    assert project.held() == ["aws:ec2/vpc:Vpc", SUBNET]
    assert project.up() == {"same": 4}


def test_a_destroy_takes_along_what_a_killed_run_made(project: Project) -> None:
    running = project.start("up", OFFLINE_CLOUD_FAULTS=f"create:{SUBNET}:1=slow-after")
    project.wait_for_held(SUBNET)
    project.kill_all(running)
    assert project.run("destroy").code == 0
    assert project.held() == []


SECRET = (
    PRELUDE
    + """secret = aws.secretsmanager.Secret("secret", name="small/one", opts=on)
aws.secretsmanager.SecretVersion("value", secret_id=secret.id, secret_string="of-no-worth", opts=on)
"""
)
RENAMED = SECRET.replace("/one", "/two")
NAMED = "aws:secretsmanager/secret:Secret"


@pytest.mark.parametrize(
    "cut_off", ["delete:*:1=crash", "create:aws:secretsmanager/secretVersion:SecretVersion:1=crash"]
)
@pytest.mark.parametrize(
    ("program", "left"),
    [(SECRET, "in the cloud already, and taken over"), (RENAMED, "wanted by nobody, and undone")],
    ids=["back to the old name", "on with the new name"],
)
def test_a_replacement_that_was_cut_off_stands_in_nobodys_way(
    project: Project, cut_off: str, program: str, left: str
) -> None:
    """What was replaced has its dependents still, or not; the program goes on, or back to the old name."""
    project.program(SECRET).up()
    project.program(RENAMED)
    assert project.run("up", OFFLINE_CLOUD_FAULTS=cut_off).code != 0
    assert project.held().count(NAMED) == 2
    again = project.program(program).run("up")
    assert again.code == 0, again.err
    assert "replaced by a run that was cut off, and to be undone" in again.err
    assert left in again.err
    assert project.held().count(NAMED) == 1
    assert set(project.up()) == {"same"}


def test_a_side_file_that_a_kill_left_half_written_is_no_obstacle(project: Project) -> None:
    project.up()
    [state] = project.home.joinpath("state", ".pulumi", "stacks").rglob("dev.json")
    state.with_name("dev.json.attrs").write_bytes(b"")  # the engine wrote such files until it was told not to
    assert set(project.up()) == {"same"}


def test_an_interrupted_run_saves_what_it_did(project: Project) -> None:
    running = project.start("up", OFFLINE_CLOUD_FAULTS=f"create:{SUBNET}:1=slow")
    project.wait_for_creating(SUBNET)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "interrupted after" in err
    assert "goes on from here" in err
    assert "Traceback" not in err
    assert not list((project.home / "state" / ".pulumi" / "locks").rglob("*.json"))
    project.up()
    assert project.held().count(SUBNET) == 1


def test_a_second_run_is_told_who_holds_the_folder(project: Project) -> None:
    running = project.start("up", OFFLINE_CLOUD_FAULTS=f"create:{SUBNET}:1=slow")
    project.wait_for_creating(SUBNET)
    refused = project.run("up")
    assert refused.code == 1
    assert f"another run (process {running.pid}) is using" in refused.err
    assert refused.err.count("\n") == 1
    running.communicate(timeout=60)
    assert running.returncode == 0


def test_a_damaged_store_is_rebuilt_from_the_state(project: Project) -> None:
    project.up()
    store = project.home / "cloud.db"
    store.write_bytes(os.urandom(2048))
    refused = project.run("up")
    assert refused.code == 1
    assert "is damaged" in refused.err
    assert "python -m offline_cloud repair --stack dev" in refused.err
    assert refused.err.count("\n") == 1

    assert "rebuilt from the engine's state: 2 resources" in project.run("repair").out
    assert len(list(project.home.glob("cloud.db.damaged-*"))) == 1
    assert project.up() == {"same": 4}
    assert project.run("destroy").code == 0


@pytest.mark.parametrize("damage", ["short", "empty", "lost"])
def test_a_damaged_state_goes_back_to_the_copy_before(project: Project, damage: str) -> None:
    project.up()
    before = project.ids()
    state = project.state_file
    if damage == "lost":
        state.unlink()
    else:
        state.write_bytes(state.read_bytes()[: 500 if damage == "short" else 0])
    refused = project.run("up")
    assert refused.code == 1
    assert "offline_cloud repair --stack dev` goes back to the newest copy" in refused.err
    repaired = project.run("repair")
    assert repaired.code == 0, repaired.err
    project.up()
    assert project.ids() == before
    assert project.up() == {"same": 4}


@pytest.mark.parametrize("written", [0, 500])
def test_a_write_of_the_state_that_a_full_disk_cut_off_is_undone(project: Project, written: int) -> None:
    running = project.start("up", OFFLINE_CLOUD_FAULTS=f"create:{SUBNET}:1=slow-after")
    project.wait_for_held(SUBNET)
    project.kill_all(running)
    made = project.ids()
    state = project.state_file
    state.write_bytes(state.read_bytes()[:written])
    again = project.run("up")
    assert again.code == 0, again.err
    assert "the last write of the state was cut off" in again.err
    assert "dev.json.bak, is back" in again.err
    assert project.ids() == made
    assert project.up() == {"same": 4}


def test_with_no_copy_left_nothing_is_removed_and_up_takes_over_all(project: Project) -> None:
    project.up()
    before = project.ids()
    copies = [*(project.home / "state" / ".pulumi").rglob("dev*.json*")]
    assert len(copies) > 2
    for copy in copies:
        copy.write_bytes(b"")
    repaired = project.run("repair")
    assert repaired.code == 0, repaired.err
    assert "no copy of the state can be read: it starts empty" in repaired.out
    assert "`up` takes over what the program wants, and" in repaired.out
    assert project.ids() == before
    assert project.up()["create"] == 4
    assert project.ids() == before
    assert project.up() == {"same": 4}


def test_strays_are_removed_only_when_told(project: Project) -> None:
    project.up()
    for copy in (project.home / "state" / ".pulumi").rglob("dev*.json*"):
        copy.unlink()
    assert project.run("repair").code == 0
    assert len(project.held()) == 2
    removed = project.run("repair", "--remove-strays")
    assert (
        "in the cloud, but in no state, and removed: aws:ec2/vpc:Vpc vpc, aws:ec2/subnet:Subnet subnet" in removed.out
    )
    assert project.held() == []
    assert project.up()["create"] == 4


def test_a_busy_port_is_one_clear_line(project: Project) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = project.run("up", OFFLINE_CLOUD_PORT=port)
    assert refused.code == 1
    assert refused.err.startswith(f"error: port {port} is in use (OFFLINE_CLOUD_PORT); choose another")
    assert refused.err.count("\n") == 1


def test_a_fault_that_cannot_be_read_is_refused(project: Project) -> None:
    refused = project.run("up", OFFLINE_CLOUD_FAULTS="create:sometimes")
    assert refused.code == 1
    assert "OFFLINE_CLOUD_FAULTS: cannot read 'create:sometimes'" in refused.err


def test_with_state_and_store_both_damaged_repair_goes_back_to_the_copy(project: Project) -> None:
    project.up()
    before = project.ids()
    project.state_file.write_bytes(b"{")
    (project.home / "cloud.db").write_bytes(os.urandom(2048))
    repaired = project.run("repair")
    assert repaired.code == 0, repaired.err
    assert "the state is back at its newest copy" in repaired.out
    assert "the store is rebuilt from the engine's state: 2 resources" in repaired.out
    assert project.ids() == before
    assert project.up() == {"same": 4}


def test_the_policies_of_a_killed_engine_end_with_it(project: Project) -> None:
    pack = project.folder / "policies"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text("runtime: python\nname: rules\n", encoding="utf-8")
    (pack / "__main__.py").write_text(
        "from pulumi_policy import PolicyPack, ResourceValidationPolicy\n"
        'PolicyPack("rules", policies=[ResourceValidationPolicy("none", "refuses nothing", lambda *_: None)])\n',
        encoding="utf-8",
    )
    running = project.start("up", "--policy", OFFLINE_CLOUD_FAULTS=f"create:{SUBNET}:1=slow")
    project.wait_for_creating(SUBNET)
    policies = kills.processes(running)["policies"]
    kill(project.engine_of(running))
    running.communicate(timeout=60)
    assert running.returncode != 0
    deadline = time.monotonic() + 30
    while Path(f"/proc/{policies}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{policies}").exists()
    project.up()
