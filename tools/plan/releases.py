"""What a change of a Helm release does to its objects: rendered with the old values and with the new ones, compared."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

import yaml

from offline_cloud.cloud import model
from offline_cloud.cloud.model import Properties
from offline_cloud.kubernetes.inputs import ReleaseInputs
from offline_cloud.kubernetes.render import MARK, Renderer, Rendering
from offline_cloud.provider import diff
from tools.plan import tables
from tools.plan.plan import Finding, moment, of_step, shown
from tools.plan.preview import LATER, UNKNOWN, Change, Preview, State, Step, label
from tools.plan.tables import Row, judged
from tools.plan.words import MOMENTS, Kind

RELEASE: Final = "kubernetes:helm.sh/v3:Release"
_VERSION: Final = "1.35"
"""Rendered for one and the same version, so that only values make a difference."""
_HOOK: Final = "helm.sh/hook"
_NOT_OURS: Final = ("metadata.labels.helm.sh/chart", "metadata.labels.app.kubernetes.io/version")
"""Labels that move with the chart's version and mean nothing: left out where nothing else of an object changes."""
_SHOWN_PATHS: Final = 3
_HELM_PAGE: Final = "https://helm.sh/docs/topics/charts_hooks/"
Objects = Mapping[str, Properties]


@dataclass(frozen=True)
class Charts:
    """Where charts are rendered, and where the offline cloud keeps what it rendered for people, if it did."""

    manifests: Path | None = None
    room: Path | None = None
    since: float = 0.0
    """When the preview began: an older rendering of a preview is of another one."""

    def before(self, step: Step) -> Objects | None:
        """Give the objects that are there now; None where nothing can tell."""
        kept = self._kept(step.old, "yaml")
        return kept if kept is not None else self._rendered(step.old)

    def after(self, step: Step) -> Objects | None:
        """Give the objects that the change would make; None where nothing can tell."""
        kept = self._kept(step.new, "preview.yaml", self.since)
        return kept if kept is not None else self._rendered(step.new)

    def _kept(self, inputs: State, ending: str, since: float = 0.0) -> Objects | None:
        if self.manifests is None:
            return None
        file = self.manifests / f"{inputs.get('name')}.{ending}"
        if not file.is_file() or file.stat().st_mtime < since:
            return None
        return by_key(yaml.load_all(file.read_text("utf-8"), yaml.CSafeLoader))

    def _rendered(self, inputs: State) -> Objects | None:
        asked = ReleaseInputs("", cast("Properties", _known(dict(inputs))))
        if asked.is_opaque or asked.directory() is None:
            return None
        rendering = Renderer(self.room).render(asked, _VERSION)
        if not isinstance(rendering, Rendering) or not rendering.complete:
            return None
        return by_key(cast("list[object]", list(rendering.objects)))


def findings(preview: Preview, charts: Charts) -> Iterator[Finding]:
    """Judge every release of a preview by its objects."""
    for step in preview.steps:
        if step.type == RELEASE:
            yield from _of_release(step, charts)


def _of_release(step: Step, charts: Charts) -> Iterator[Finding]:
    if step.op == "delete" or step.replaces:
        yield from of_step(step)
        yield from _lost(step, charts.before(step) or {})
    elif step.op == "update":
        before, after = charts.before(step), charts.after(step)
        if before is None or after is None:
            yield from of_step(step)
        else:
            yield from compared(step.urn, before, _with_kept_replicas(step, before, after))


def _with_kept_replicas(step: Step, before: Objects, after: Objects) -> Objects:
    """Give the workload chart's Deployments the number of pods that they go on with once an autoscaler takes over.

    The chart looks it up in the cluster (`workload.keptReplicas`), which nobody renders against here.
    """
    if Path(str(step.new.get("chart"))).name != "workload":
        return after
    kept: dict[str, Properties] = {
        key: {**body, "spec": {**spec, "replicas": model.at(was, "spec.replicas")}}
        for key, body in after.items()
        if isinstance(spec := body.get("spec"), dict) and key.startswith("Deployment ")
        if "replicas" not in spec and (was := before.get(key, {}))
    }
    return {**after, **kept}


def compared(urn: str, before: Objects, after: Objects) -> Iterator[Finding]:
    """Judge what becomes of each object of a release."""
    for key in sorted(before.keys() | after.keys()):
        was, wanted = before.get(key), after.get(key)
        if wanted is None and was is not None:
            yield from _removed(urn, key, was)
        elif was is not None and wanted is not None:
            yield from _changed(urn, key, was, wanted)


def _changed(urn: str, key: str, was: Properties, wanted: Properties) -> Iterator[Finding]:
    changes = [_change(each, was, wanted) for each in diff.changes(was, wanted)]
    if not [change for change in changes if change.path not in _NOT_OURS]:
        return
    if _is_hook(wanted):
        what, takes = f"{key}: {_told(changes)}", "runs again with the upgrade"
        yield Finding(label(urn), what, Kind.NOTHING, _HELM_PAGE, urn, takes, MOMENTS["now"])
        return
    kind = key.partition(" ")[0]
    judgements = [(change, judged(kind, change, wanted)) for change in changes]
    rows = [(change, row) for change, row in judgements if row is not None]
    if not rows:
        source = "https://kubernetes.io/docs/concepts/extend-kubernetes/operator/"
        takes = "not known: no table speaks of this kind, whose operator decides"
        yield Finding(label(urn), f"{key}: {_told(changes)}", Kind.ROLLING, source, urn, takes, MOMENTS["now"])
        return
    worst = max(rows, key=lambda pair: pair[1].kind)[1]
    yield _finding(urn, f"{key}: {_told([change for change, row in rows if row == worst])}", worst, wanted)


def _finding(urn: str, what: str, row: Row, inputs: State) -> Finding:
    return Finding(label(urn), what, row.kind, row.source, urn, row.takes, moment(row, inputs), row.also)


def _removed(urn: str, key: str, was: Properties) -> Iterator[Finding]:
    entry = tables.types().get(key.partition(" ")[0])
    if entry is None or _is_hook(was) or _is_kept(was):
        return
    row = entry.deleted or entry.default
    if entry.holds:
        lost = Finding(label(urn), f"{key}: removed", Kind.LOSES_DATA, row.source, urn, row.takes, MOMENTS["now"])
        yield replace(lost, holds=entry.holds)
    elif entry.deleted is not None:
        yield _finding(urn, f"{key}: removed", row, was)


def _lost(step: Step, before: Objects) -> Iterator[Finding]:
    for key, was in before.items():
        yield from (each for each in _removed(step.urn, key, was) if each.holds)


def _told(changes: Iterable[Change]) -> str:
    told = list(dict.fromkeys(shown(change) for change in changes))
    more = f" and {len(told) - _SHOWN_PATHS} more" if len(told) > _SHOWN_PATHS else ""
    return ", ".join(told[:_SHOWN_PATHS]) + more


def _change(found: diff.Change, was: Properties, wanted: Properties) -> Change:
    path = ".".join(part for part in found.path if isinstance(part, str))
    return Change(path, False, _at(was, found.path), _at(wanted, found.path))


def _at(value: object, path: Iterable[str | int]) -> object:
    for part in path:
        if isinstance(value, dict):
            value = cast("dict[str, object]", value).get(str(part))
        elif isinstance(value, list) and isinstance(part, int) and part < len(cast("list[object]", value)):
            value = cast("list[object]", value)[part]
        else:
            return None
    return LATER if isinstance(value, str) and MARK in value else value


def _is_hook(body: Properties) -> bool:
    return _HOOK in _annotations(body)


def _is_kept(body: Properties) -> bool:
    """Whether Helm leaves the object alone when it goes from the release (helm.sh/resource-policy: keep)."""
    return _annotations(body).get("helm.sh/resource-policy") == "keep"


def _annotations(body: Properties) -> Mapping[str, object]:
    metadata = body.get("metadata")
    found = metadata.get("annotations") if isinstance(metadata, dict) else None
    return cast("Mapping[str, object]", found) if isinstance(found, dict) else {}


def by_key(documents: Iterable[object]) -> Objects:
    """Give objects by what people call them: `Deployment shop/api`."""
    found: dict[str, Properties] = {}
    for document in documents:
        if isinstance(document, dict):
            body = cast("Properties", document)
            metadata = cast("Mapping[str, Any]", body.get("metadata") or {})
            where = f"{metadata['namespace']}/" if metadata.get("namespace") else ""
            found[f"{body.get('kind')} {where}{metadata.get('name')}"] = body
    return found


def _known(value: Any) -> Any:
    """Put the offline cloud's mark of the unknown where the engine wrote its own."""
    if isinstance(value, dict):
        return {key: _known(below) for key, below in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_known(below) for below in cast("list[Any]", value)]
    return model.UNKNOWN if value == UNKNOWN else value
