"""An autoscaler in place of a fixed number of copies: the number stays what it is until the load says otherwise."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from tools.operations.case import Case
from tools.operations.files import Edits
from tools.operations.steps import Plan

CHANGES: Final = ("services.<name>.replicas and scaling of the workload",)
_RELEASE: Final = "kubernetes:helm.sh/v3:Release"
_TARGET: Final = "aws:appautoscaling/target:Target"
_CPU_PERCENT: Final = 70
"""What the products of this repository aim for (`scaling: {cpu: 70}`); the file may say another afterwards."""


def plan(case: Case) -> Plan:
    """Plan the autoscaler of the service that progress names, up to as many copies as it says."""
    scaled = Scaled(case)
    step = case.change(
        "scale", f"give {case.progress.of} an autoscaler, from the number that there is to {case.progress.to}",
        Edits(product={
            ("services", case.progress.of, "replicas"): {"minimum": scaled.minimum(), "maximum": scaled.maximum()},
            ("services", case.progress.of, "scaling"): {"cpu": _CPU_PERCENT},
        }),
        shown=scaled.fixed, undo="take `scaling` out, state the number as minimum and maximum, and run `up`",
    )  # fmt: skip
    return Plan((step,), scaled.ready, lambda: str(scaled.minimum()))


class Scaled:
    def __init__(self, case: Case) -> None:
        self._case, self._of, self._to = case, case.progress.of, case.progress.to

    def minimum(self) -> int:
        """The number that there was when the operation began."""
        if self._case.progress.was:
            return int(self._case.progress.was)
        service = self._case.files.settings().workload.services.get(self._of)
        return service.replicas.minimum if service else 1

    def maximum(self) -> int:
        return int(self._to) if self._to.isdecimal() else 0

    def ready(self) -> Iterator[str]:
        yield from self._case.standing()
        settings = self._case.files.settings()
        if settings.stack.application.scale != "workload":
            yield "application.scale: this stack runs fewer copies than the product states; nothing would be scaled"
            return
        services = settings.workload.services
        fixed = [name for name, each in services.items() if each.scaling is None]
        if self._of not in fixed:
            yield f"OF: given {self._of!r}, allowed: a service with a fixed number: {', '.join(fixed) or 'none'}"
        elif self.maximum() <= self.minimum():
            yield f"TO: given {self._to!r}, allowed: more than the {self.minimum()} that there are"

    def fixed(self) -> Iterable[str]:
        """Say that neither runtime shows the autoscaler yet: Kubernetes in the release's values, ECS in its target."""
        wanted = {"minimum": self.minimum(), "maximum": self.maximum()}
        for each in self._case.cloud.state():
            if each.type == _RELEASE:
                values = cast("Mapping[str, Any]", each.inputs.get("values") or {})
                services = cast("Mapping[str, Mapping[str, Any]]", values.get("services") or {})
                service = services.get(self._of) or {}
                if service.get("scaling") and service.get("replicas") == wanted:
                    return
            elif each.type == _TARGET and str(each.inputs.get("resourceId")).rpartition("/")[2].endswith(self._of):
                bounds = (each.inputs.get("minCapacity"), each.inputs.get("maxCapacity"))
                if bounds == (self.minimum(), self.maximum()):
                    return
        yield f"{self._of} has no autoscaler from {self.minimum()} to {self.maximum()} yet"
