"""kubeconform over rendered objects, without a network.

The API server's schemas are those of the `kubernetes-validate` distribution; custom resources have their
operators' own. Nothing is skipped: a kind without a schema is an error.
"""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from offline_cloud import tools
from offline_cloud.kubernetes import definitions, schema
from tests.charts.rendering import KUBERNETES

_ABSOLUTE = '"/api/_definitions.json#'
_RELATIVE = '"_definitions.json#'
_BUILT_IN = "{{ .ResourceKind }}{{ .KindSuffix }}.json"
_CUSTOM = "{{ .ResourceKind }}-{{ .Group }}-{{ .ResourceAPIVersion }}.json"


@dataclass(frozen=True)
class Verdict:
    """What kubeconform says of one object; `status` is valid, or why not."""

    file: str
    kind: str
    name: str
    status: str
    message: str

    @property
    def valid(self) -> bool:
        return self.status == "statusValid"


def schemas(folder: Path) -> Path:
    """Copy the API server's schemas so that they refer to each other as files: their ids are web addresses.

    Custom resources' are written beside them.
    """
    for file in schema.directory(KUBERNETES).glob("*.json"):
        text = file.read_text(encoding="utf-8").replace(_ABSOLUTE, _RELATIVE).replace('"$id"', '"x-id"')
        (folder / file.name).write_text(text, encoding="utf-8")
    for file in definitions.FOLDER.glob("*.*.json"):
        stated = json.loads(file.read_text(encoding="utf-8"))
        for version in stated["versions"]:
            found = definitions.find(f"{stated['group']}/{version}", stated["kind"])
            assert found is not None
            name = f"{stated['kind'].lower()}-{stated['group']}-{version}.json"
            (folder / name).write_text(json.dumps(found.json_schema), encoding="utf-8")
    return folder


def conform(manifests: Path, built_in: Path) -> list[Verdict]:
    """Judge every object of every file below a folder; `built_in` is what `schemas` filled."""
    answer = subprocess.run(
        [
            str(tools.find("kubeconform")),
            "-strict",
            "-verbose",
            "-output=json",
            f"-kubernetes-version={KUBERNETES}",
            f"-schema-location={built_in}/{_BUILT_IN}",
            f"-schema-location={built_in}/{_CUSTOM}",
            str(manifests),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    report: Mapping[str, list[dict[str, str]]] = json.loads(answer.stdout)
    verdicts = [
        Verdict(Path(each["filename"]).name, each["kind"], each["name"], each["status"], each["msg"])
        for each in report["resources"]
    ]
    assert (answer.returncode == 0) == all(each.valid for each in verdicts), answer.stderr
    return verdicts
