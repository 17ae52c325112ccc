"""The table of bad changes, as it is written in `table/*.yaml`."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parent / "table"
FORM = "openibank-prod"
"""The graph that a change is made to, unless it names another; `tests/components/graphs.py` lists them."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Added(_Model):
    """A resource beside those of the graph; `${name.output}` in `inputs` stands for another resource's output."""

    type: str
    name: str
    inputs: Mapping[str, Any]
    protect: bool = False


class Change(_Model):
    """One bad change. What is `given` is good, and stands there before it.

    `anyway` names the rules that it breaks nevertheless, for want of what stands beside it in a real graph.
    `of` names what is changed: the type and a pattern of the name, `rds/instance database-*`, or the kind and the name
    of a rendered object. `set` gives values by their dotted path, null to take one away, `*` for each item of a list;
    `pod` and `container` do so below the template of a Deployment, `containers` in each container of a task.
    `statement` adds one to a policy document. `gone` takes all that `of` names away, `unprotect` its protection.
    """

    change: str
    endangers: str
    source: str
    form: str = Field(FORM, alias="in")
    given: Sequence[Added] = ()
    anyway: frozenset[str] = frozenset()
    of: str | None = None
    set: Mapping[str, Any] = {}
    pod: Mapping[str, Any] = {}
    container: Mapping[str, Any] = {}
    containers: Mapping[str, Any] = {}
    pod_append: Mapping[str, Any] = {}
    container_append: Mapping[str, Any] = {}
    statement: Mapping[str, Any] = {}
    gone: bool = False
    unprotect: bool = False
    add: Sequence[Added] = ()
    add_object: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        """Name it as tests and the printed table do."""
        return self.change


@cache
def changes() -> tuple[Change, ...]:
    """Read the table, in the order of its files. Raises ValidationError for a malformed row."""
    files = sorted(FOLDER.glob("*.yaml"))
    return tuple(Change.model_validate(row) for file in files for row in yaml.safe_load(file.read_text("utf-8")))
