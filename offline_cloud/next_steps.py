"""A project's own next steps: what it tells its users to do where something is refused, read from `next-steps.toml`."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offline_cloud.errors import OfflineCloudError

FILE: Final = "next-steps.toml"


@dataclass(frozen=True)
class NextStep:
    """Say something where an error matches."""

    when: re.Pattern[str]
    say: str


def read(root: Path) -> list[NextStep]:
    """Read the file at a project's root; without one there are none. Raises ``OfflineCloudError`` for a damaged one."""
    try:
        stated = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
        return [NextStep(re.compile(step["when"]), str(step["say"])) for step in stated.get("step", [])]
    except FileNotFoundError:
        return []
    except (tomllib.TOMLDecodeError, re.error, KeyError, TypeError, AttributeError) as error:
        raise OfflineCloudError(f"{root / FILE} cannot be read: {error}") from error


def after(said: str, steps: Sequence[NextStep]) -> list[str]:
    """Give what to do next after what was said, each once, in the file's order."""
    return list(dict.fromkeys(step.say for step in steps if step.when.search(said)))
