"""What the checks look at: the stack, the account, and this machine."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from settings import PlatformSettings
from tools.ready.account import Account


@dataclass(frozen=True, kw_only=True)
class Case:
    """`environment` holds this machine's variables; `which` finds a program on its PATH."""

    settings: PlatformSettings
    account: Account
    project: Path
    environment: Mapping[str, str]
    which: Callable[[str], str | None] = shutil.which

    @property
    def stack(self) -> str:
        return self.settings.stack_name
