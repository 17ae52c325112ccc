"""Every product on the stacks that it does not live on here: a preview that breaks no policy, or a clear refusal."""

import re
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from tests.forked import Ended
from tests.platform.life import ROOT, Project
from tests.platform.plan import ADVISED, LIVES, PREVIEWS, REFUSED, SNAPSHOTS, pairs

STACKS = sorted(path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml"))
WORKLOADS = sorted(path.stem for path in (ROOT / "workloads").glob("*.yaml"))


def _preview(folder: Path, workload: str, stack: str) -> Ended:
    return Project.make(folder, workload).run("preview", stack, "--json")


@pytest.mark.engine
@pytest.mark.parametrize(("workload", "stack"), PREVIEWS)
def test_the_preview_succeeds_and_breaks_no_policy(workload: str, stack: str, tmp_path: Path) -> None:
    said = _preview(tmp_path, workload, stack)
    assert said.code == 0, said.err
    assert said.breaches == []
    assert said.advice <= ADVISED
    assert said.changes["create"] > 200


@pytest.mark.engine
@pytest.mark.parametrize(("workload", "stack"), REFUSED)
def test_what_a_stack_has_no_room_for_is_refused_before_anything_is_made(
    workload: str, stack: str, tmp_path: Path
) -> None:
    said = _preview(tmp_path, workload, stack)
    assert said.code != 0
    reasons = REFUSED[workload, stack]
    assert re.search(rf"^{len(reasons)} mistakes? in the settings; nothing was created", said.err, re.MULTILINE)
    for reason in reasons:
        assert reason in said.err


def test_every_product_meets_every_stack_once() -> None:
    assert Counter(pairs()) == Counter(product(WORKLOADS, STACKS))


def test_every_product_has_a_whole_life_in_a_file_of_its_own() -> None:
    assert sorted(LIVES) == WORKLOADS
    for workload, forms in LIVES.items():
        assert {form.workload for form in forms} == {workload}
        assert f'LIVES["{workload}"]' in (Path(__file__).parent / f"test_{workload.replace('-', '_')}.py").read_text()


def test_the_urns_of_every_stack_that_is_lived_are_written_down() -> None:
    lived = {form.stack for forms in LIVES.values() for form in forms}
    assert sorted(form.stack for form in SNAPSHOTS) == sorted(lived)
