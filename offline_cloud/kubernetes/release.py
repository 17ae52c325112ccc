"""Helm releases: what ``offline_cloud.cloud.model`` asks of the Kubernetes side.

A chart is rendered by the real helm and its objects are validated against the cluster it goes into. An upstream chart
that was not fetched is recorded as not rendered, and the keys of its values are checked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import yaml

from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Outcome, Properties, Record, Value, World, at, known, text
from offline_cloud.kubernetes import catalog, pending, plain, upstream
from offline_cloud.kubernetes.cluster import (
    FINALIZED,
    Cluster,
    Installed,
    availability,
    custom_objects,
    eks_cluster_of,
    installed,
    open_cluster,
    owned,
    served_by,
    spelled_out,
)
from offline_cloud.kubernetes.inputs import RELEASE, ReleaseInputs, problems_with
from offline_cloud.kubernetes.objects import KubernetesObject, ObjectDiagnostic
from offline_cloud.kubernetes.render import Renderer, Rendering, chart_digest, check_values, mark
from offline_cloud.kubernetes.validate import validate
from offline_cloud.kubernetes.way_in import unreachable

NOT_RENDERED: Final = "not rendered"
RENDERED: Final = "rendered"
_SHOWN_OBJECTS: Final = 5


@dataclass
class _Room:
    renderer: Renderer = field(default_factory=Renderer)
    manifests: Path | None = None


_room = _Room()


def keep_in(directory: Path | None) -> None:
    """Keep renderings and readable manifests below a folder (``.offline-cloud/<workload>``), or nowhere."""
    _room.renderer = Renderer(None if directory is None else directory / "renderings")
    _room.manifests = None if directory is None else directory / "manifests"


def renderer() -> Renderer:
    """Give the renderer in use."""
    return _room.renderer


def check(type: str, inputs: Properties, region: str) -> list[Diagnostic]:
    """Check a release's inputs alone."""
    del region  # A chart is the same in every region.
    if type != RELEASE:
        return [] if plain.is_plain(type, inputs) else [_unfolded(type)]
    asked = ReleaseInputs("", {**inputs, "name": inputs.get("name") or "unnamed"})
    diagnostics = list(problems_with(asked))
    if diagnostics or inputs.get("chart") is UNKNOWN:
        return diagnostics
    folder = asked.directory()
    diagnostics = list(catalog.check(asked)) if asked.is_upstream else []
    return diagnostics if folder is None else diagnostics + check_values(asked, folder)


def _unfolded(type: str) -> Diagnostic:
    """Refuse what only the real provider unfolds into objects: charts of the newer kind, files, customizations."""
    fix = "install a chart as kubernetes.helm.v3.Release, or state the objects"
    return Diagnostic("", f"the offline cloud does not unfold {type} into its objects", fix)


def refuse_secrets(paths: Iterable[str]) -> list[Diagnostic]:
    """Refuse values that the engine marks as secret; ``paths`` are those of all inputs that it so marks.

    Helm keeps a release's values in the cluster, for everybody who may read the namespace's Secrets.
    """
    return [
        Diagnostic(
            path,
            "a secret through Helm values ends up in clear in the release's history and in rendered manifests",
            "keep it in Secrets Manager and let an ExternalSecret fetch it",
        )
        for path in paths
        if path.split(".")[0].split("[")[0] in ("values", "valueYamlFiles")
    ]


def create(record: Record, world: World, preview: bool = False) -> Outcome:
    """Install a release or make an object, or say in a preview what would come of it."""
    if record.type != RELEASE:
        return _deploy_plain(record, world)
    return _deploy(record, world, revision=1, preview=preview)


def update(old: Record, new: Record, world: World, preview: bool = False) -> Outcome:
    """Upgrade a release or change an object in place; the revision of a release counts on."""
    if new.type != RELEASE:
        return _deploy_plain(new, world, old)
    waiting = [] if preview else pending.refused(old)
    if waiting:
        return Outcome(diagnostics=waiting)
    outcome = _deploy(new, world, revision=_revision(old) + 1, old=old, preview=preview)
    return replace(outcome, notes=[*outcome.notes, *upstream.left_old(ReleaseInputs.of(old), ReleaseInputs.of(new))])


def _deploy_plain(record: Record, world: World, old: Record | None = None) -> Outcome:
    cluster = open_cluster(record, world, _room.renderer)
    if isinstance(cluster, Diagnostic):
        return Outcome(diagnostics=[cluster])
    return plain.deploy(record, cluster, world, old)


def read_object(record: Record, id: str, world: World) -> Outcome:
    """Read one object by ``namespace/name``: an id that is empty says that it is not there."""
    cluster = open_cluster(record, world, _room.renderer)
    if isinstance(cluster, Diagnostic):
        return Outcome(diagnostics=[cluster])
    return plain.read(record.type.rpartition(":")[2], id, record, cluster)


def _revision(record: Record) -> int:
    stated = at(record.outputs, "status.revision")
    return stated if isinstance(stated, int) else 1


def _deploy(record: Record, world: World, *, revision: int, preview: bool, old: Record | None = None) -> Outcome:
    inputs = ReleaseInputs.of(record)
    cluster = open_cluster(record, world, _room.renderer)
    if isinstance(cluster, Diagnostic):
        return Outcome(diagnostics=[cluster])
    diagnostics = [*_availability(record, cluster, world), *_namespace(inputs, cluster), *_ownership(inputs, cluster)]
    if diagnostics:
        return Outcome(diagnostics=diagnostics)
    if inputs.is_opaque:
        found = [*validate(inputs, spelled_out(inputs), cluster, world), *upstream.priorities(inputs, cluster)]
        return _refused(found) or _not_rendered(inputs, revision, found)
    rendering = _room.renderer.render(inputs, cluster.version, cluster.api_versions())
    if not isinstance(rendering, Rendering):
        return Outcome(diagnostics=rendering)
    own = owned(rendering, inputs)
    before = installed(old, cluster.version, _room.renderer).objects if old is not None else None
    found = validate(inputs, own, cluster, world, before or ())
    found += _left_without_definition(inputs, own, before or (), cluster)
    refused = _refused(found)
    if refused is not None:
        return refused
    _keep_manifest(record, inputs, rendering, preview)
    return Outcome(
        id=f"{inputs.namespace}/{inputs.name}",
        outputs=_outputs(inputs, revision, rendering, own),
        notes=[*_notes(inputs, rendering), *_odd(found)],
    )


def _refused(found: Iterable[ObjectDiagnostic]) -> Outcome | None:
    diagnostics = [_diagnostic(diagnostic) for diagnostic in found if diagnostic.refused]
    return Outcome(diagnostics=diagnostics) if diagnostics else None


def _odd(found: Iterable[ObjectDiagnostic]) -> list[str]:
    return [str(diagnostic) for diagnostic in found if not diagnostic.refused]


def _diagnostic(diagnostic: ObjectDiagnostic) -> Diagnostic:
    where = f"{diagnostic.subject}: {diagnostic.path}" if diagnostic.path else diagnostic.subject
    return Diagnostic("", f"{where}: {diagnostic.reason}", diagnostic.fix)


def _availability(record: Record, cluster: Cluster, world: World) -> list[Diagnostic]:
    found = (availability(cluster.record, world), unreachable(record, cluster.record, world))
    return [diagnostic for diagnostic in found if diagnostic is not None]


def _namespace(inputs: ReleaseInputs, cluster: Cluster) -> list[Diagnostic]:
    if (
        inputs.creates_namespace
        or inputs.namespace in cluster.namespaces
        or not known(inputs.body.get("namespace", ""))
    ):
        return []
    return [
        Diagnostic(
            "namespace",
            f"namespace {inputs.namespace!r} does not exist in cluster {cluster.name}",
            "set createNamespace, or depend on the release that makes it",
        )
    ]


def _ownership(inputs: ReleaseInputs, cluster: Cluster) -> list[Diagnostic]:
    name = f"{inputs.namespace}/{inputs.name}"
    if any(other.full_name == name for other in cluster.others):
        return [Diagnostic("name", f"release {name} exists already", "give this release another name")]
    return []


def _not_rendered(inputs: ReleaseInputs, revision: int, found: Iterable[ObjectDiagnostic]) -> Outcome:
    application = catalog.pinned().get(inputs.chart_name, {}).get("appVersion", "")
    outputs: Properties = {
        "status": _status(inputs, revision, inputs.version, application),
        "manifest": {"state": NOT_RENDERED},
        "resourceNames": {},
    }
    note = (
        f"release {inputs.name}: chart {inputs.chart_name} {inputs.version} was {NOT_RENDERED}, as it was not fetched"
    )
    checked = "its values' keys are not known here" if catalog.is_foreign(inputs) else "its values' keys were checked"
    return Outcome(
        id=f"{inputs.namespace}/{inputs.name}",
        outputs=outputs,
        notes=[f"{note}; {checked}", *_odd(found)],
    )


def _status(inputs: ReleaseInputs, revision: int, version: str, application: str) -> Properties:
    return {
        "status": "deployed",
        "revision": revision,
        "namespace": inputs.namespace,
        "name": inputs.name,
        "chart": inputs.chart_name,
        "version": version,
        "appVersion": application,
    }


def _outputs(inputs: ReleaseInputs, revision: int, rendering: Rendering, own: list[KubernetesObject]) -> Properties:
    names: dict[str, Value] = {}
    for item in own:
        if item.is_dormant:
            continue
        listed = names.setdefault(f"{item.kind}/{item.api_version}", [])
        if isinstance(listed, list):
            listed.append(f"{item.namespace}/{item.name}" if item.namespace else item.name)
    return {
        "status": _status(inputs, revision, rendering.chart_version, rendering.app_version),
        "manifest": _manifest(inputs, rendering, own) if inputs.values_are_known else UNKNOWN,
        "resourceNames": names if rendering.complete else UNKNOWN,
    }


def _manifest(inputs: ReleaseInputs, rendering: Rendering, own: list[KubernetesObject]) -> Properties:
    folder = inputs.directory()
    return {
        "state": RENDERED,
        "digest": rendering.digest,
        "chart": chart_digest(folder) if folder is not None else "",
        "objects": len(own),
    }


def _notes(inputs: ReleaseInputs, rendering: Rendering) -> list[str]:
    if rendering.complete:
        return []
    return [f"release {inputs.name}: can only be rendered once all its values are known"]


def chart_changed(inputs: Properties, outputs: Properties) -> bool:
    """Tell whether a release's local chart has changed since it was deployed; ``outputs`` are the stored ones."""
    deployed = text(outputs, "manifest.chart")
    folder = ReleaseInputs("", inputs).directory() if deployed else None
    return folder is not None and chart_digest(folder) != deployed


def _keep_manifest(record: Record, inputs: ReleaseInputs, rendering: Rendering, preview: bool) -> None:
    """Write what was rendered for people; a preview's stands beside it, with a mark for each value not known yet."""
    if _room.manifests is None or not rendering.complete:
        return
    folder = _room.manifests / record.stack
    folder.mkdir(parents=True, exist_ok=True)
    documents = [mark(body) for body in rendering.objects]
    written = yaml.dump_all(documents, Dumper=yaml.CSafeDumper, sort_keys=False, width=120, allow_unicode=True)
    planned, deployed = folder / f"{inputs.name}.preview.yaml", folder / f"{inputs.name}.yaml"
    (planned if preview else deployed).write_text(written, "utf-8")
    if not preview:
        planned.unlink(missing_ok=True)


def delete(record: Record, world: World) -> list[Diagnostic]:
    """Uninstall a release, unless the cluster is gone or others still need what it brings."""
    if record.type != RELEASE:
        return []
    cluster = open_cluster(record, world, _room.renderer)
    if isinstance(cluster, Diagnostic):
        name = ReleaseInputs.of(record).name
        return [
            Diagnostic("", f"release {name} cannot be uninstalled: {cluster.reason}", "it must go before its cluster")
        ]
    release = installed(record, cluster.version, _room.renderer)
    diagnostics = [*_needed_by_others(release, cluster), *upstream.stuck(release, cluster, world)]
    if not diagnostics:
        _forget_manifest(record, release.inputs)
    return diagnostics


def _needed_by_others(release: Installed, cluster: Cluster) -> list[Diagnostic]:
    brought = release.definition_groups()
    kept = {group for other in cluster.others for group in other.definition_groups()}
    left = custom_objects(cluster.others, (brought - kept) | served_by(release.inputs))
    return [_still_needed(release.inputs.name, group, left) for group in sorted({item.group for item in left})]


def _still_needed(name: str, group: str, left: list[KubernetesObject]) -> Diagnostic:
    mine = [item for item in left if item.group == group]
    shown = ", ".join(item.subject for item in mine[:_SHOWN_OBJECTS]) + (", …" if len(mine) > _SHOWN_OBJECTS else "")
    holders = ", ".join(sorted({item.release.rpartition("/")[2] for item in mine}))
    consequence = (
        "their finalizers would never be served, and what they made in AWS would be left behind"
        if group in FINALIZED
        else "they would be deleted with their definition"
    )
    return Diagnostic(
        "", f"release {name} serves {shown} of {group}: {consequence}", f"make release {holders} depend on {name}"
    )


def _left_without_definition(
    inputs: ReleaseInputs, own: list[KubernetesObject], before: Sequence[KubernetesObject], cluster: Cluster
) -> list[ObjectDiagnostic]:
    """An upgrade that drops definitions deletes every object of them."""
    dropped = {item.name for item in before if item.kind == "CustomResourceDefinition"}
    dropped -= {item.name for item in own if item.kind == "CustomResourceDefinition"}
    groups = {name.partition(".")[2] for name in dropped}
    return [
        ObjectDiagnostic(
            f"release {inputs.name}", "", f"drops the definition of {item.subject}", "remove that object first"
        )
        for item in custom_objects(cluster.others, groups)
    ]


def _forget_manifest(record: Record, inputs: ReleaseInputs) -> None:
    if _room.manifests is not None:
        for name in (f"{inputs.name}.yaml", f"{inputs.name}.preview.yaml"):
            (_room.manifests / record.stack / name).unlink(missing_ok=True)


def read(record: Record, world: World) -> bool:
    """Tell whether a release is still there: it goes with its cluster."""
    return not isinstance(eks_cluster_of(record, world), Diagnostic)
