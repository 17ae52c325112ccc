"""Print each bad change with the rules that catch it, those that none does, and the share that is caught."""

import sys
from collections import Counter

from tests.policies.held_out.changes import changes
from tests.policies.held_out.judged import Verdict, judge

SHARE = 0.95
"""Of the changes, to be caught."""


def main() -> int:
    """Give 0 where the share is reached, else 1."""
    verdicts = [judge(each) for each in changes()]
    lines = [_line(each) for each in verdicts]
    missed = [each for each in verdicts if not each.found]
    caught = len(verdicts) - len(missed)
    kinds = Counter("refused" if each.refused else "told" for each in verdicts if each.found)
    lines += [f"\n{caught} of {len(verdicts)} bad changes are caught ({caught / len(verdicts):.1%}): {dict(kinds)}"]
    lines += [f"missed: {each.change} ({each.change.source})" for each in missed]
    sys.stdout.write("\n".join((*lines, "")))
    return 0 if caught >= SHARE * len(verdicts) else 1


def _line(verdict: Verdict) -> str:
    rules = sorted({each.rule for each in verdict.found})
    return f"{verdict.change}: {', '.join(rules) or 'missed'}"


if __name__ == "__main__":
    sys.exit(main())
