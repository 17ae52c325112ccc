"""The tables of verdicts: what they speak of exists, what is in use is spoken of, and each verdict has its source."""

import re

import pytest
from pulumi._types import input_type_types

from offline_cloud.provider.replacements import verdicts
from tests.offline_cloud.cloud.sdk import TYPES, arguments, classes, nested
from tests.tools.plan.documented import documented
from tools.plan import tables
from tools.plan.listing import listed
from tools.plan.preview import Change
from tools.plan.words import Kind


def test_every_type_in_use_has_its_table() -> None:
    assert TYPES
    missing = (classes().keys() | verdicts().keys()) - tables.types().keys()
    assert not missing, f"state what a change of these means in tools/plan/verdicts: {sorted(missing)}"


@pytest.mark.parametrize("type", sorted(classes()))
def test_every_input_of_a_type_in_use_has_a_verdict(type: str) -> None:
    """A row, what CloudFormation's reference says, or the default class that the type's table states."""
    for name in input_type_types(arguments(type)):
        row = tables.judged(type, Change(name, False, "a", "b"), {name: "b"})
        assert row is not None, f"{type}: {name}"
        assert row.source.startswith("https://"), f"{type}: {name}"


def test_every_row_speaks_of_an_input_that_exists() -> None:
    unknown = [
        f"{type}: {path}"
        for type, path, _ in tables.every()
        if type in classes() and not path.startswith(("(", "parameters.")) and not nested(arguments(type), path)
    ]
    assert not unknown


def test_250_changes_have_a_verdict_and_a_source() -> None:
    rows = list(listed())
    assert len({(type, path) for type, path, _ in rows}) >= 250
    assert all(re.fullmatch(r"https://[a-z.-]+\.[a-z]+/\S+", row.source) for _, _, row in rows)


def test_a_table_gives_a_source_by_its_name_alone() -> None:
    row = {"is": "restart", "source": "nowhere"}
    with pytest.raises(ValueError, match=r"rds\.yaml: no source is called 'nowhere'"):
        tables._cited({"sources": {}, "types": {"a": {"default": row}}}, "rds.yaml")  # pyright: ignore[reportPrivateUsage]


def test_the_verdicts_are_those_of_awss_pages() -> None:
    """Drawn at random from the user guides, and written down before the tables were asked."""
    changes = documented()
    assert len(changes) == 60
    wrong = [f"{each.type} {each.path}: {each.said} ({each.url})" for each in changes if not each.agrees]
    assert len(wrong) <= 2, "\n".join(wrong)


@pytest.mark.parametrize(
    ("type", "change", "inputs", "kind"),
    [
        ("aws:rds/instance:Instance", Change("engineVersion", old="16.4", new="17.1"), {}, Kind.WINDOW),
        ("aws:rds/instance:Instance", Change("engineVersion", old="16.4", new="16.3"), {}, Kind.IMPOSSIBLE),
        ("aws:rds/instance:Instance", Change("engineVersion", old="16.4", new="15"), {}, Kind.IMPOSSIBLE),
        ("aws:rds/instance:Instance", Change("engineVersion", old="16.4", new="16"), {}, Kind.NOTHING),
        ("aws:rds/instance:Instance", Change("engineVersion", old="16", new="16.4"), {}, Kind.RESTART),
        ("aws:rds/instance:Instance", Change("instanceClass", old="a", new="b"), {"multiAz": True}, Kind.FAIL_OVER),
        ("aws:rds/instance:Instance", Change("instanceClass", old="a", new="b"), {"multiAz": False}, Kind.RESTART),
        ("aws:rds/instance:Instance", Change("backupRetentionPeriod", old=7, new=0), {}, Kind.LOSES_DATA),
        ("aws:cloudwatch/logGroup:LogGroup", Change("retentionInDays", old=365, new=30), {}, Kind.LOSES_DATA),
        ("aws:cloudwatch/logGroup:LogGroup", Change("retentionInDays", old=30, new=365), {}, Kind.NOTHING),
        ("aws:kms/key:Key", Change("isEnabled", old=True, new=False), {}, Kind.RESTART),
        ("Deployment", Change("spec.replicas", old=4, new=None), {}, Kind.RESTART),
        ("Deployment", Change("spec.template.spec.containers.image", old="a", new="b"), {}, Kind.ROLLING),
        ("StatefulSet", Change("spec.template.spec.x", old="a", new="b"), {"spec": {"replicas": 1}}, Kind.RESTART),
        ("PersistentVolumeClaim", Change("spec.resources.requests.storage", old="8Gi", new="4Gi"), {}, Kind.IMPOSSIBLE),
        ("PersistentVolumeClaim", Change("spec.resources.requests.storage", old="8Gi", new="16Gi"), {}, Kind.NOTHING),
        ("Secret", Change("immutable", old=True, new=False), {}, Kind.IMPOSSIBLE),
    ],
)
def test_the_way_that_a_value_goes_decides(type: str, change: Change, inputs: dict[str, object], kind: Kind) -> None:
    row = tables.judged(type, change, inputs)
    assert row is not None
    assert row.kind is kind
