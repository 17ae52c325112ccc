"""The tables derived of AWS's types fit what is installed, and are judged by as they say."""

import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import cast

import pytest

from offline_cloud.cloud import derived, rules
from offline_cloud.cloud.derived import conditions, judge
from offline_cloud.cloud.model import UNKNOWN, Properties
from offline_cloud.provider import catalog
from tests.offline_cloud.cloud.memory import Memory
from tests.offline_cloud.cloud.sdk import arguments, classes, nested
from tools.aws_model import __main__ as generator
from tools.aws_model import check_names, names, prose, prove
from tools.aws_model.derive import Derived
from tools.aws_model.facts import Facts, Kind

TABLES = sorted(path.stem for path in (Path(derived.__file__).parent / "tables").glob("*.json"))
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
TABLE = "aws:dynamodb/table:Table"


def _places(specs: tuple[derived.Spec, ...], place: int, path: str, depth: int = 0) -> Iterator[str]:
    members = cast("dict[str, int]", specs[place].get("o", {}))
    for name, inner in members.items() if depth < 4 else ():
        where = f"{path}.{name}" if path else name
        yield where
        item = int(specs[inner].get("i", inner))
        yield from _places(specs, item, where, depth + 1)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_was_made_from_what_is_installed(name: str) -> None:
    stated = {package: each for package, each in derived.table(name).head.items() if package != "made"}
    installed = {package: version(package) for package in stated}
    assert stated == installed, f"{name}.json is of other versions: run python -m tools.aws_model"


def test_every_type_of_the_sdk_has_an_entry_and_no_other() -> None:
    stated = {type for name in TABLES for type in derived.table(name).types}
    assert stated == {token for token in catalog.registered() if token.startswith("aws:")}


def test_a_thousand_types_and_more_have_constraints_and_outputs() -> None:
    entries = [entry for name in TABLES for entry in derived.table(name).types.values()]
    assert sum(1 for entry in entries if "in" in entry and "out" in entry) >= 1000


@pytest.mark.parametrize("name", TABLES)
def test_every_pattern_and_every_place_can_be_read(name: str) -> None:
    table = derived.table(name)
    for spec in table.specs:
        re.compile(spec.get("p", ""))
        assert all(inner < len(table.specs) for inner in [*spec.get("o", {}).values(), spec.get("i", 0)])


@pytest.mark.parametrize("type", sorted(classes()))
def test_a_fact_belongs_to_a_property_that_exists(type: str) -> None:
    entry, specs = derived.entry(type), derived.table(derived.module(type)).specs
    paths = [*_places(specs, entry["in"], "")] if "in" in entry else []
    wrong = [path for path in [*paths, *entry.get("new", ())] if not nested(arguments(type), path)]
    assert wrong == []


@pytest.mark.parametrize(
    ("type", "inputs", "said"),
    [
        (CACHE, {"logDeliveryConfigurations": [{"logType": "slow"}]}, "did you mean 'slow-log'?"),
        (CACHE, {"logDeliveryConfigurations": [{"logType": "audit"}]}, "use one of these"),
        (CACHE, {"numCacheClusters": 7}, "use 1 to 6"),
        (CACHE, {"replicationGroupId": "a" * 41}, "use 1 to 40 characters"),
        (CACHE, {"nodeType": "cache.none.large"}, "did you mean"),
        (TABLE, {"billingMode": "NONSENSE"}, "use one of these"),
        (CACHE, {"numCacheClusters": 2, "numNodeGroups": 2}, "leave numNodeGroups out"),
        ("aws:lb/targetGroup:TargetGroup", {"protocol": "GENEVE", "port": 80}, "give 6081"),
    ],
)
def test_an_input_is_held_to_what_was_derived(type: str, inputs: Properties, said: str) -> None:
    found = [*judge.check(type, inputs, "us-east-1"), *conditions.check(type, inputs)]
    assert any(said in diagnostic.fix for diagnostic in found), found


@pytest.mark.parametrize(
    "inputs", [{"billingMode": UNKNOWN}, {"billingMode": ""}, {"billingMode": "PROVISIONED"}, {"attributes": [UNKNOWN]}]
)
def test_what_is_unknown_absent_or_listed_is_not_refused(inputs: Properties) -> None:
    assert [*judge.check(TABLE, inputs, "us-east-1"), *conditions.check(TABLE, inputs)] == []


@pytest.mark.parametrize(
    ("version", "taken"), [("5.7", True), ("8", True), ("5.7.44", True), ("5.", False), ("4", False)]
)
def test_a_version_may_be_the_beginning_of_one(version: str, taken: bool) -> None:
    database: Properties = {"engine": "mysql", "engineVersion": version, "instanceClass": "db.t3.medium"}
    found = [no for no in conditions.check("aws:rds/instance:Instance", database) if no.path == "engineVersion"]
    assert (not found) is taken
    assert all("others" in no.fix for no in found)


def test_a_secret_is_not_quoted() -> None:
    found = [str(no) for no in rules.check(CACHE, {"authToken": "s" * 200}, "us-east-1")]
    assert found
    assert not any("sss" in no for no in found)


def test_an_instance_type_is_offered_by_region() -> None:
    table = derived.table("ec2")
    spec = next(spec for spec in table.specs if "g" in spec)
    region, bits = next(
        (region, bits) for region, bits in spec["g"].items() if int(bits, 16).bit_count() < len(spec["e"])
    )
    missing = next(value for index, value in enumerate(spec["e"]) if not int(bits, 16) >> index & 1)
    inputs: Properties = {"instanceType": missing}
    kind = "aws:ec2/launchTemplate:LaunchTemplate"
    assert [no.reason for no in judge.check(kind, inputs, region)] == [
        f"InvalidParameterValue: {missing} is not offered in {region}"
    ]
    assert [*judge.check(kind, inputs, "xx-nowhere-1")] == []


def test_what_nothing_speaks_of_is_listed_and_nothing_else() -> None:
    entries = {type: entry for name in TABLES for type, entry in derived.table(name).types.items()}
    silent = {type for type, entry in entries.items() if not entry.keys() & {"from", "in", "not", "rules"}}
    assert derived.unjudged() == silent - rules.ruled()
    assert len(derived.unjudged()) < 0.2 * len(entries)


def test_an_entry_to_a_property_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"aws:kms/alias:Alias": {"nmae": "AliasName", "name": "AliasNmae"}}
    monkeypatch.setattr(names, "PROPERTIES", wrong)
    monkeypatch.setattr(names, "TYPES", {})
    with pytest.raises(ValueError, match=r"Alias has no property nmae; no model of .* has a member AliasNmae"):
        check_names.prove()


def test_an_entry_to_a_type_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "PROPERTIES", {"aws:kms/alais:Alais": {}})
    with pytest.raises(ValueError, match="the SDK has no type aws:kms/alais:Alais"):
        check_names.prove()


@pytest.mark.parametrize(
    ("text", "kind", "facts"),
    [
        ("Valid values are `a` and `b`.", "string", Facts(values=frozenset("ab"))),
        ("Valid Values: <code>a | b | c</code>", "string", Facts(values=frozenset("abc"))),
        ("Valid values are `a | b`.", "string", Facts(values=frozenset("ab"))),
        ('"a" (default), or "b". Some take no "a".', "string", Facts(values=frozenset("ab"))),
        ('"a" or "b" when it is new.', "string", Facts()),
        ("Valid values include `a` and `b`.", "string", Facts()),
        ("If the type is x, valid values are `a` and `b`.", "string", Facts()),
        ("Valid values are `a`, `b` for one thing, and `c`.", "string", Facts()),
        ("Must be a value from 0 to 35.", "integer", Facts(least=0, most=35)),
        ("From 60 (1 minute) to 1209600 (14 days).", "integer", Facts(least=60, most=1_209_600)),
        ("A multiple between 0.5 and 50 of the storage.", "integer", Facts()),
        ("If given, it must be at least 60 minutes. In minutes.", "integer", Facts(least=60)),
        ("The maximum is 1 hour.", "integer", Facts()),
        ("A name of up to 32 characters.", "string", Facts(most=32)),
        ("Days until it is deleted. Must be at least 90 days after the number of days given.", "integer", Facts()),
    ],
)
def test_prose_is_read_where_it_is_complete(text: str, kind: Kind, facts: Facts) -> None:
    assert prose.facts(text, kind) == facts


@pytest.mark.parametrize(("listed", "left"), [("ab", None), ("abcdef", frozenset("abcdefz"))])
def test_an_example_adds_to_a_long_list_and_proves_a_short_one_wrong(listed: str, left: frozenset[str] | None) -> None:
    root = Derived("object", members={"kind": Derived("string", facts=Facts(values=frozenset(listed)))})
    dropped: list[str] = []
    proven = prove.proven_by_all(root, [{"kind": "z"}], dropped)
    assert proven.members["kind"].facts.values == left
    assert "'z' is none of" in dropped[0]


@pytest.mark.parametrize(
    "type",
    [
        "aws:opensearch/domain:Domain", "aws:dynamodb/table:Table", "aws:msk/cluster:Cluster", "aws:iam/user:User",
        "aws:rds/cluster:Cluster", "aws:apigatewayv2/api:Api", "aws:cognito/userPool:UserPool",
        "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "aws:sagemaker/domain:Domain",
    ],
)  # fmt: skip
def test_every_computed_output_exists_once_a_resource_is_up(type: str) -> None:
    made = Memory("eu-west-1").add(type, "shop", name="shop")
    described = catalog.resource_type(type)
    computed = described.outputs - described.inputs.properties.keys() - {"tagsAll", "region"}
    assert computed - made.outputs.keys() == set()
    assert str(made.outputs["arn"]).startswith("arn:aws:")
    assert "{" not in str([value for value in made.outputs.values() if isinstance(value, str)])


def test_the_committed_table_is_what_the_generator_makes_of_the_sources() -> None:
    made, _ = generator.derived({"kms"})
    head = derived.table("kms").head
    committed = (Path(derived.__file__).parent / "tables" / "kms.json").read_text("utf-8")
    assert made["kms"].written(head) == committed, "run python -m tools.aws_model"
