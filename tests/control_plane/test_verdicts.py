"""The recorded verdicts are a real API server's, and the offline cluster's are the same over thousands more."""

import json

import pytest

from offline_cloud.kubernetes import api, definitions
from tests.offline_cloud.kubernetes.cases import load
from tests.offline_cloud.kubernetes.judges import Offline
from tests.offline_cloud.kubernetes.mutants import mutants
from tests.offline_cloud.kubernetes.real import Real
from tools import api_facts
from tools.control_plane.processes import ControlPlane

WANTED = 0.98


@pytest.fixture(scope="module")
def server(fresh: ControlPlane) -> Real:
    return Real(fresh.client)


def test_the_recorded_verdicts_are_the_servers(server: Real) -> None:
    wrong = [
        f"{case.area}: {case.name}: {verdict.said or 'accepted'}"
        for case in load()
        if (verdict := server.verdict(case.body)).refused is not case.refused
    ]
    assert wrong == []


def test_the_offline_cluster_agrees_on_what_nobody_wrote(server: Real) -> None:
    offline = Offline()
    agreed: dict[bool, list[bool]] = {True: [], False: []}
    for mutant in mutants(load()):
        refused = server.verdict(mutant.body).refused
        agreed[refused].append(offline.form(mutant.body).refused is refused)
    for refused, verdicts in agreed.items():
        assert len(verdicts) > 1000, refused
        assert sum(verdicts) >= WANTED * len(verdicts), (refused, sum(verdicts), len(verdicts))


def test_the_table_of_choices_is_the_servers(server: Real) -> None:
    assert api.version() == server.request("GET", "/version")["gitVersion"]
    assert api_facts.choices(server) == api.choices()
    assert api_facts.optional(server, load()) == api.optional()
    assert api_facts.never_empty(server, load()) == api.never_empty()


def test_the_definitions_are_the_servers(server: Real) -> None:
    served = [api_facts.definition(each) for each in server.list("apiextensions.k8s.io/v1", "CustomResourceDefinition")]
    kept = [json.loads(file.read_text("utf-8")) for file in definitions.FOLDER.glob("*.*.json")]
    assert sorted(served, key=_name) == sorted(kept, key=_name)


def _name(stated: dict[str, object]) -> str:
    return f"{stated['kind']}.{stated['group']}"
