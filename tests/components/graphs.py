"""What every product registers on every stack of this project, recorded once for the tests that judge all of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml
from pulumi import Output

from components.platform import Platform
from settings.load import load
from settings.raw import Raw
from tests.components.recording import Recorder, build
from tests.platform.plan import PRIMARY, REFUSED, SECONDARY, pairs

ROOT = Path(__file__).resolve().parents[2]


COPY_REGION = "us-west-2"


@dataclass(frozen=True)
class Form:
    """A product on a stack; `runtime` is laid over the stack's own. With `copied`, a second region has its backups."""

    workload: str
    stack: str
    runtime: str | None = None
    copied: bool = False

    def __str__(self) -> str:
        return "-".join(filter(None, (self.workload, self.stack, self.runtime, "copied" if self.copied else None)))


FORMS = (
    *(Form(*pair) for pair in sorted(pairs()) if pair not in REFUSED),
    Form("gridtokenx", PRIMARY, "ecs"),
    Form("ai-trading", PRIMARY, copied=True),
)


@cache
def graph(form: Form) -> Recorder[Platform]:
    """Everything that the program registers for a product on a stack; a secondary region beside its primary."""
    config = cast("dict[str, Any]", yaml.safe_load((ROOT / f"Pulumi.{form.stack}.yaml").read_text("utf-8")))["config"]
    stated: dict[str, Raw] = {key.partition(":")[2]: value for key, value in config.items()}
    over: dict[str, Raw] = {"workload": form.workload}
    if form.runtime is not None:
        over["runtime"] = form.runtime
    if form.copied:
        over |= {"replica_regions": [COPY_REGION], "backup": {"copy_region": COPY_REGION}}
    settings = load(form.stack, {**stated, **over}, ROOT / "workloads", ROOT)
    provided = Output.secret(dict.fromkeys(settings.stack.provided_secrets, "v"))
    given: dict[str, Mapping[str, Any]] = {}
    if form.stack == SECONDARY:
        primary = graph(Form(form.workload, PRIMARY))
        given["organization/groundwork/prod"] = primary.value(primary.result.exports)
    return build(lambda: Platform("platform", settings, provided), stacks=given)
