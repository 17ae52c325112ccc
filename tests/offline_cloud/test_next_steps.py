"""A project's own next steps, after what was refused."""

from pathlib import Path

import pytest

from offline_cloud import next_steps
from offline_cloud.errors import OfflineCloudError
from tools import next_steps as printed

ROOT = Path(__file__).resolve().parents[2]
SAID = {
    'resource "urn:…::cache-group" cannot be deleted\nbecause it is protected.': "change: retire",
    "ResourceExistsException: it is Secret 'secrets-api' (left)": "A second thought",
    "api error InvalidDBParameterGroupState: One or more database instances are still members": "upgrade",
    "The AllowMajorVersionUpgrade flag must be present when upgrading": "change: upgrade",
    "InvalidRequestException: … a secret with this name is already scheduled for deletion.": "can still be restored",
    "spec: Forbidden: updates to statefulset spec for fields other than": "grow-volumes.md",
    "error: the stack is currently locked by 1 lock(s)": "pulumi cancel",
}


@pytest.mark.parametrize("said", SAID)
def test_each_refusal_has_its_step(said: str) -> None:
    (step,) = next_steps.after(said, next_steps.read(ROOT))
    assert SAID[said] in step


def test_every_page_that_a_step_names_is_there() -> None:
    for step in next_steps.read(ROOT):
        for word in step.say.replace(":", " ").replace(",", " ").split():
            if word.startswith("docs/"):
                assert (ROOT / word.rstrip(".;")).is_file(), word


def test_a_project_without_the_file_has_none_and_a_damaged_one_says_so(tmp_path: Path) -> None:
    assert next_steps.read(tmp_path) == []
    (tmp_path / next_steps.FILE).write_text("[[step]]\nwhen = '('\nsay = 'x'\n")
    with pytest.raises(OfflineCloudError, match=r"next-steps.toml cannot be read"):
        next_steps.read(tmp_path)


def test_a_real_runs_log_is_read_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "up.log"
    log.write_text("error: Cannot delete protected DB Instance\nerror: DBSnapshotAlreadyExists\n")
    assert printed.main([str(log)]) == 0
    assert capsys.readouterr().out.count("next: ") == 2
