"""How often the offline AWS says what AWS says: ``python -m tools.verdicts aws``."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from offline_cloud.cloud import derived
from tests.offline_cloud.cloud.cases import Case, Verdict, cases, judge

_ROOT = Path(__file__).parents[1]
_GENERATED = "offline_cloud/cloud/derived/tables"


def show(*, missed: bool, missed_held_out: bool) -> None:
    """Judge all cases and print the figures, and where asked each case on which the verdicts differ."""
    judged = [(case, *judge(case)) for case in cases()]
    for held_out in (False, True):
        chosen: list[tuple[Case, Verdict]] = [(case, said) for case, said, _ in judged if case.held_out is held_out]
        print(f"{'held out' if held_out else 'known':<9} {_agreement(chosen)}")
    for case, verdict, why in judged:
        asked = missed_held_out if case.held_out else missed
        if asked and (verdict == "accepted") is not case.good:
            print(f"  {case.type} {case.say}: {verdict} {'; '.join(why)}")
    print(_tables())
    print(f"hand-written lines under offline_cloud/cloud: {_hand_written()}")


def _agreement(judged: Sequence[tuple[Case, Verdict]]) -> str:
    bad = [verdict for case, verdict in judged if not case.good]
    refused = [verdict for verdict in bad if verdict != "accepted"]
    good = [verdict for case, verdict in judged if case.good]
    return (
        f"bad refused {_share(len(refused), len(bad))}, at preview {_share(refused.count('preview'), len(refused))}; "
        f"good accepted {_share(good.count('accepted'), len(good))}"
    )


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "none"


def _tables() -> str:
    names = sorted(path.stem for path in (_ROOT / _GENERATED).glob("*.json"))
    entries = [entry for name in names for entry in derived.table(name).types.values()]
    both = sum(1 for entry in entries if "in" in entry and "out" in entry)
    made = derived.table(names[0]).head
    return f"{len(entries)} aws:* types, {both} of them with derived constraints and outputs ({made['made']})"


def _hand_written() -> int:
    """Count the lines of Python that git keeps under ``offline_cloud/cloud``; the tables are JSON."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "offline_cloud/cloud/*.py"],
        cwd=_ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return sum(len((_ROOT / name).read_text("utf-8").splitlines()) for name in listed if (_ROOT / name).exists())
