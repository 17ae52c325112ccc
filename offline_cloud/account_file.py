"""What stands in a program's account, stated by a person: `--account FILE` or ``OFFLINE_CLOUD_STANDING``.

``things`` stand there already, and can be looked up and referred to; ``answers`` are what single look-ups come back
with; ``stacks`` are the outputs of other projects' stacks, which the program refers to.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from offline_cloud.cloud.model import Properties
from offline_cloud.errors import OfflineCloudError

_TOKEN: Final = r"^[a-z][a-z0-9-]*:[A-Za-z0-9_./-]+:[A-Za-z0-9]+$"  # noqa: S105 - the form of a type token


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Thing(_Part):
    """Something that stands in the account: ``properties`` are its inputs and outputs, as far as they matter."""

    type: str = Field(pattern=_TOKEN)
    id: str = Field(min_length=1)
    region: str
    properties: Mapping[str, Any] = Field(default_factory=dict)


class Stated(_Part):
    """What a look-up comes back with, when its arguments are as ``when`` says; without ``when``, always."""

    when: Mapping[str, Any] = Field(default_factory=dict)
    answer: Mapping[str, Any]


class AccountFile(_Part):
    """The whole file."""

    things: Sequence[Thing] = ()
    answers: Mapping[str, Sequence[Stated]] = Field(default_factory=dict)
    stacks: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)

    def stated_answers(self) -> dict[str, list[tuple[Properties, Properties]]]:
        """Give the conditions and answers of each look-up."""
        return {
            token: [(cast("Properties", dict(entry.when)), cast("Properties", dict(entry.answer))) for entry in entries]
            for token, entries in self.answers.items()
        }


def read(path: Path) -> AccountFile:
    """Read the file; raises ``OfflineCloudError`` with everything that is wrong with it, and where."""
    try:
        loaded = cast("object", yaml.safe_load(path.read_text(encoding="utf-8")))
        return AccountFile.model_validate(loaded or {})
    except OSError as error:
        raise OfflineCloudError(f"--account {path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise OfflineCloudError(
            f"--account {path} cannot be read as YAML: {' '.join(str(error).split())[:300]}"
        ) from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'the file'}: {each['msg']}" for each in error.errors())
        raise OfflineCloudError(f"--account {path}: {wrong}; it takes things, answers and stacks") from error
