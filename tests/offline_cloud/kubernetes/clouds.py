"""A small cloud with one cluster in it, and ways to install releases there; shared by the tests of this folder."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from offline_cloud.cloud.model import Diagnostic, Outcome, Properties, Record, Value
from offline_cloud.cloud.world import Index
from offline_cloud.kubernetes import inventory, release
from offline_cloud.kubernetes.catalog import pinned
from offline_cloud.kubernetes.cluster import PROVIDER
from offline_cloud.kubernetes.inputs import RELEASE

CHARTS = Path(__file__).parent / "charts"
STACK = "urn:pulumi:prod::groundwork"
PROVIDER_URN = f"{STACK}::{PROVIDER}::kubernetes"
ENDPOINT = "https://0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com"
KUBECONFIG = f"""{{"clusters": [{{"cluster": {{"server": "{ENDPOINT}"}}, "name": "prod"}}]}}"""


def record(type: str, name: str, inputs: Properties, **outputs: Value) -> Record:
    """Make a record of an AWS resource that exists."""
    return Record(
        urn=f"{STACK}::{type}::{name}",
        type=type,
        inputs=inputs,
        region="eu-central-1",
        id=f"id-{name}",
        outputs=dict(outputs),
    )


def container(**more: Value) -> Properties:
    """A container that nothing is wrong with."""
    return {"name": "main", "image": "example/main:1", **more}


def pods(labels: Properties | None = None, /, **spec: Value) -> Properties:
    """A pod template that nothing is wrong with."""
    return {"metadata": {"labels": labels or {"app": "main"}}, "spec": {"containers": [container()], **spec}}


def deployment(name: str = "main", *, template: Properties | None = None, **spec: Value) -> Properties:
    """A Deployment that nothing is wrong with."""
    body: Properties = {
        "selector": {"matchLabels": {"app": "main"}},
        "template": template if template is not None else pods(),
        **spec,
    }
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": body}


def thing(api_version: str, kind: str, name: str, **body: Value) -> Properties:
    """Any object."""
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **body}


@dataclass
class Cloud:
    """An offline cloud whose cluster accepts releases."""

    world: Index = field(default_factory=Index)

    def add(self, type: str, name: str, inputs: Properties, **outputs: Value) -> Record:
        """Put an AWS resource into the cloud."""
        made = record(type, name, inputs, **outputs)
        self.world.add(made)
        return made

    def wanted(self, name: str, inputs: Properties) -> Record:
        """Make the record of a release that does not exist yet."""
        stated: Properties = {"name": name, "namespace": "shop", "createNamespace": True, "atomic": True, **inputs}
        return Record(
            urn=f"{STACK}::{RELEASE}::{name}",
            type=RELEASE,
            inputs=stated,
            region="eu-central-1",
            provider=PROVIDER_URN,
        )

    def install(self, name: str, **inputs: Value) -> Outcome:
        """Create a release, and keep it when it is accepted."""
        asked = self.wanted(name, inputs)
        outcome = release.create(asked, self.world)
        if not outcome.diagnostics:
            self.world.add(replace(asked, id=outcome.id, outputs=outcome.outputs))
        return outcome

    def objects(self, *objects: Properties, name: str = "things", **inputs: Value) -> Outcome:
        """Install a release that holds just these objects."""
        stated: Properties = {"chart": str(CHARTS / "objects"), "values": {"objects": list(objects)}, **inputs}
        return self.install(name, **stated)

    def upgrade(self, name: str, **inputs: Value) -> Outcome:
        """Update an installed release, and keep it when it is accepted."""
        old = self.release(name)
        new = replace(old, inputs={**old.inputs, **inputs})
        outcome = release.update(old, new, self.world)
        if not outcome.diagnostics:
            self.world.remove(old)
            self.world.add(replace(new, outputs={**old.outputs, **outcome.outputs}))
        return outcome

    def release(self, name: str) -> Record:
        """Give an installed release."""
        found = self.world.by_urn(f"{STACK}::{RELEASE}::{name}")
        assert found is not None
        return found

    def uninstall(self, name: str) -> list[Diagnostic]:
        """Delete a release, and forget it when that is allowed."""
        old = self.release(name)
        diagnostics = release.delete(old, self.world)
        if not diagnostics:
            self.world.remove(old)
        return diagnostics

    def upstream(self, chart: str, namespace: Value = "system", **inputs: Value) -> Outcome:
        """Install a pinned upstream chart."""
        pin = pinned()[chart]
        stated: Properties = {"chart": chart, "repositoryOpts": {"repo": pin["repository"]}, "version": pin["version"]}
        if pin["repository"].startswith("oci://"):
            stated = {"chart": pin["repository"], "version": pin["version"]}
        return self.install(chart, namespace=namespace, **{**stated, **inputs})


def said(outcome: Outcome) -> str:
    """Give everything an outcome refuses, as text."""
    return "\n".join(str(diagnostic) for diagnostic in outcome.diagnostics)


def noted(outcome: Outcome) -> str:
    """Give an outcome's notes, as text; asserts that nothing was refused."""
    assert not outcome.diagnostics, said(outcome)
    return "\n".join(outcome.notes)


def not_rendered(cloud: Cloud) -> list[str]:
    """Name chart and version of each release whose objects are not known."""
    return [line.detail for line in inventory.objects(cloud.world, "prod", f"({release.NOT_RENDERED})")]
