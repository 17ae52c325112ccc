"""Terraform and its provider are found or named as missing; what they say is told by resource; no account is near."""

import json
import os
import shutil
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.tools.conform.provider import terraform_with
from tests.tools.conform.things import AWS, VPC, Thing, reading
from tools.conform import __main__ as command
from tools.conform import terraform
from tools.conform.convert import Converted, convert
from tools.conform.schema import Schema, packed
from tools.conform.terraform import NotRunError, Session, Terraform

# A stand-in that keeps its environment and answers from files beside it, with exit code 1 where those hold errors.
TERRAFORM = """#!/usr/bin/env python3
import json, os, pathlib, sys
here = pathlib.Path(__file__).parent
asked = sys.argv[1]
with (here / "asked.jsonl").open("a") as log:
    log.write(json.dumps({"arguments": sys.argv[1:], "environment": dict(os.environ)}) + "\\n")
if asked == "version":
    print(json.dumps({
        "terraform_version": (here / "version").read_text(),
        "platform": "linux_amd64",
        "provider_selections": {"registry/hashicorp/aws": "6.20.0"},
    }))
    sys.exit()
answer = here / asked
text = answer.read_text() if answer.exists() else ""
print(text)
if "broken" in text:
    print("Error: Failed to query available provider packages", file=sys.stderr)
sys.exit("error" in text or "broken" in text)
"""
GOOD: dict[str, Any] = {"valid": True, "diagnostics": []}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A machine with the stand-in on its PATH, and the provider in the folder where Terraform looks by itself."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "terraform"
    program.write_text(TERRAFORM)
    program.chmod(0o755)
    (folder / "version").write_text("1.11.4")
    (folder / "validate").write_text(json.dumps(GOOD))
    _provider_in(tmp_path / ".terraform.d" / "plugins")
    return tmp_path


def _provider_in(folder: Path) -> None:
    place = folder / "registry" / "hashicorp" / "aws" / "6.20.0" / "linux_amd64"
    place.mkdir(parents=True)
    (place / "terraform-provider-aws_v6.20.0_x5").touch()


def _environment(home: Path, **others: str) -> dict[str, str]:
    return {
        "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
        "HOME": str(home),
        "XDG_DATA_DIRS": str(home / "shared"),
        **others,
    }


def _asked(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "bin" / "asked.jsonl").read_text().splitlines()]


def _session(home: Path, **others: str) -> Session:
    environment = _environment(home, **others)
    return Session(Terraform.of(environment), home / "work", environment)


def test_terraform_and_the_provider_are_found(home: Path) -> None:
    found = Terraform.of(_environment(home))
    assert found == Terraform(str(home / "bin" / "terraform"), home / ".terraform.d" / "plugins")


def test_a_folder_that_terraforms_configuration_names_comes_first(home: Path) -> None:
    packed_folder = home / "mirror" / "registry" / "hashicorp" / "aws"
    packed_folder.mkdir(parents=True)
    (packed_folder / "terraform-provider-aws_6.21.0_linux_amd64.zip").touch()
    stated = home / "terraform.rc"
    stated.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{home / "mirror"}"\n  }}\n}}\n')
    assert Terraform.of(_environment(home, TF_CLI_CONFIG_FILE=str(stated))).plugins == home / "mirror"


def test_a_machine_without_terraform_is_told_so(home: Path) -> None:
    (home / "bin" / "terraform").unlink()
    with pytest.raises(NotRunError, match=r"^terraform is not on the PATH: install Terraform 1\.11 or newer$"):
        Terraform.of({"PATH": str(home / "bin"), "HOME": str(home)})


def test_an_old_terraform_is_told_apart(home: Path) -> None:
    (home / "bin" / "version").write_text("1.9.8")
    with pytest.raises(NotRunError, match=r"is Terraform 1\.9\.8: 1\.11 or newer is needed for write-only arguments$"):
        Terraform.of(_environment(home))


def test_a_machine_without_the_provider_is_told_where_it_was_looked_for(home: Path) -> None:
    place = home / ".terraform.d" / "plugins"
    shutil.rmtree(place)
    with pytest.raises(NotRunError) as missing:
        Terraform.of(_environment(home))
    said = str(missing.value)
    assert said.startswith("Terraform's AWS provider for linux_amd64 is in none of ")
    assert str(place) in said
    assert str(home / "shared" / "terraform" / "plugins") in said
    assert "nothing is downloaded here" in said
    assert "\n" not in said


def test_a_provider_for_another_machine_is_none(home: Path) -> None:
    folder = home / ".terraform.d" / "plugins" / "registry" / "hashicorp" / "aws" / "6.20.0"
    (folder / "linux_amd64").rename(folder / "darwin_arm64")
    with pytest.raises(NotRunError, match="for linux_amd64 is in none of"):
        Terraform.of(_environment(home))


def test_terraform_runs_without_a_way_to_an_account_or_a_registry(home: Path) -> None:
    session = _session(home, AWS_PROFILE="production", AWS_ACCESS_KEY_ID="AKIA", TF_LOG="TRACE", TF_CLI_ARGS="-upgrade")
    (home / "bin" / "providers").write_text(json.dumps(_stated({})))
    assert session.schema(["aws_vpc"]).version == "6.20.0"
    session.judge({}, {})
    runs = _asked(home)[1:]
    assert [each["arguments"][0] for each in runs] == ["init", "version", "providers", "validate", "plan"]
    for each in runs:
        environment = each["environment"]
        assert {"AWS_PROFILE", "AWS_ACCESS_KEY_ID", "TF_LOG", "TF_CLI_ARGS"} & environment.keys() == set()
        assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"
        assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
        assert not Path(environment["AWS_SHARED_CREDENTIALS_FILE"]).exists()
        stated = Path(environment["TF_CLI_CONFIG_FILE"]).read_text()
        assert str(home / ".terraform.d" / "plugins") in stated
        assert "direct" not in stated
    assert runs[-1]["arguments"][1:] == ["-json", "-input=false", "-lock=false", "-refresh=false"]


def _stated(resources: Mapping[str, Any]) -> dict[str, Any]:
    schemas: dict[str, Any] = {"provider": {"block": {}}, "resource_schemas": resources}
    return {"provider_schemas": {"registry/hashicorp/aws": schemas}}


def test_a_folder_loses_nothing_that_is_not_terraforms(home: Path) -> None:
    kept = home / "work" / "notes.txt"
    kept.parent.mkdir()
    kept.write_text("mine")
    (kept.parent / ".terraform").mkdir()
    _session(home)
    assert kept.read_text() == "mine"
    assert not (kept.parent / ".terraform").exists()


def test_an_init_that_fails_is_one_line(home: Path) -> None:
    (home / "bin" / "init").write_text("broken")
    with pytest.raises(
        NotRunError, match=r"^terraform init ended with 1: Error: Failed to query available provider packages$"
    ):
        _session(home).schema([])


def _diagnostic(**fields: Any) -> dict[str, Any]:
    return {"severity": "error", "summary": "Unsupported argument", "detail": 'An argument named\n"x".', **fields}


def test_what_validate_says_names_the_resource(home: Path) -> None:
    found = [
        _diagnostic(snippet={"context": f"resource.aws_vpc.network{inside}"})
        for inside in ("", ".rule[1].statement[0]")
    ]
    (home / "bin" / "validate").write_text(json.dumps({"diagnostics": found}))
    verdict = _session(home).judge({}, {"aws_vpc.network": "aws:ec2/vpc:Vpc network"})
    assert verdict.errors == [
        'aws:ec2/vpc:Vpc network: Unsupported argument: An argument named "x".',
        'aws:ec2/vpc:Vpc network rule[1].statement[0]: Unsupported argument: An argument named "x".',
    ]
    assert [each["arguments"][0] for each in _asked(home)] == ["version", "validate"]


def test_what_a_plan_says_names_the_resource(home: Path) -> None:
    lines: list[dict[str, Any]] = [
        {"type": "planned_change", "change": {}},
        {"type": "diagnostic", "diagnostic": _diagnostic(address="aws_vpc.network")},
        {
            "type": "diagnostic",
            "diagnostic": {"severity": "warning", "summary": "Deprecated", "address": "aws_vpc.network"},
        },
    ]
    (home / "bin" / "plan").write_text("\n".join(["Initializing", *map(json.dumps, lines)]))
    verdict = _session(home).judge({}, {"aws_vpc.network": "aws:ec2/vpc:Vpc network"})
    assert verdict.errors == ['aws:ec2/vpc:Vpc network: Unsupported argument: An argument named "x".']
    assert verdict.warnings == ["aws:ec2/vpc:Vpc network: Deprecated"]
    assert verdict.planned == 1


def test_a_plan_that_fails_without_a_word_is_an_error(home: Path) -> None:
    (home / "bin" / "plan").write_text("broken")
    errors = _session(home).judge({}, {}).errors
    assert errors == ["terraform plan ended with 1: Error: Failed to query available provider packages"]


def test_a_resource_that_asks_aws_while_it_plans_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"summary": "reading EC2 VPC", "detail": "https response error StatusCode: 0, request send failed"}
    line = {"type": "diagnostic", "diagnostic": {"severity": "error", "address": "aws_vpc.network", **asked}}
    (home / "bin" / "plan").write_text(json.dumps(line))
    (found,) = _session(home).judge({}, {}).errors
    assert found.startswith(
        "it asks AWS while it plans, which terraform.py does not list: aws_vpc.network: reading EC2"
    )
    monkeypatch.setattr(terraform, "ASKS_AWS", {"aws_vpc": "the network"})
    verdict = _session(home).judge({}, {})
    assert verdict.errors == []
    assert len(verdict.not_judged) == 1
    assert verdict.not_judged[0].endswith("(known: it asks for the network)")


class _Recorded:
    def __init__(self, *things: Thing) -> None:
        self.registrations = things


def _command(monkeypatch: pytest.MonkeyPatch, home: Path, *things: Thing, arguments: tuple[str, ...] = ()) -> int:
    def graph(_: object) -> _Recorded:
        return _Recorded(AWS, *things)

    monkeypatch.setattr(command, "graph", graph)
    chosen = ["--stack", "dev", "--workload", "openibank", "--folder", str(home / "work"), *arguments]
    return command.main(chosen, _environment(home))


def test_the_command_says_what_was_planned(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    vpc = {"attributes": {"cidr_block": {"type": "string", "optional": True}}}
    (home / "bin" / "providers").write_text(json.dumps(_with_endpoints({"aws_vpc": {"block": vpc}})))
    (home / "bin" / "plan").write_text(json.dumps({"type": "planned_change"}))
    region = Thing("aws:ec2/vpc:Vpc", "far", {"cidrBlock": "10.0.0.0/16", "region": "us-east-1"})
    assert _command(monkeypatch, home, VPC, region) == 0
    assert capsys.readouterr().out.splitlines() == [
        "provider 6.20.0 (the provider at hand)",
        "openibank-dev: 2 resources validated, 1 planned",
        "not judged: provider 6.20.0 has no aws_vpc.region",
    ]
    assert json.loads((home / "work" / "main.tf.json").read_text())["resource"]["aws_vpc"]["network"] == {
        "provider": "aws.p0",
        "cidr_block": "10.0.0.0/16",
    }


def _with_endpoints(resources: Mapping[str, Any]) -> dict[str, Any]:
    stated = _stated(resources)
    services = {"ec2": {"type": "string", "optional": True}}
    endpoints = {"nesting_mode": "set", "block": {"attributes": services}}
    stated["provider_schemas"]["registry/hashicorp/aws"]["provider"]["block"] = {
        "block_types": {"endpoints": endpoints}
    }
    return stated


def test_the_command_ends_with_1_where_terraform_refuses(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "bin" / "providers").write_text(json.dumps(_with_endpoints({"aws_vpc": {"block": {}}})))
    (home / "bin" / "validate").write_text(json.dumps({"diagnostics": [_diagnostic()]}))
    assert _command(monkeypatch, home) == 1
    assert '  Unsupported argument: An argument named "x".' in capsys.readouterr().out.splitlines()


def test_without_the_provider_the_command_judges_by_the_table_and_never_ends_well(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(home / ".terraform.d")
    assert _command(monkeypatch, home, VPC) == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("provider 6.25.0 (cdktf-cdktf-provider-aws 21.22.1, read on ")
    assert lines[1] == "openibank-dev: 1 resources held against the schema"
    assert lines[2].startswith(
        "not run: terraform validate and terraform plan: Terraform's AWS provider for linux_amd64"
    )
    assert _command(monkeypatch, home, Thing("aws:ec2/vpc:Vpc", "n", {"cidrBlok": "10.0.0.0/16"})) == 1
    assert "  aws:ec2/vpc:Vpc n: cidrBlok: aws_vpc has no such argument" in capsys.readouterr().out.splitlines()


def test_a_product_that_is_not_there_is_told_with_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--stack", "prod", "--workload", "shop"], {}) == 2
    said = capsys.readouterr().err
    assert said.startswith("no product of that name is on that stack (stack prod, product shop); there are: ")
    assert "openibank-prod" in said


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Generator[Session]:
    """The real Terraform, with a provider that has the packed table's schema and no code."""
    if shutil.which("terraform") is None:
        pytest.skip("not run: terraform is not on the PATH")
    with terraform_with(packed(), tmp_path_factory.mktemp("core")) as session:
        yield session


def _judged(core: Session, *things: Thing) -> tuple[Converted, terraform.Verdict]:
    converted = convert([AWS, *things], packed(), packed())
    return converted, core.judge(converted.document(), converted.origins)


def test_the_real_terraform_reads_the_tables_schema_as_the_table_states_it(core: Session) -> None:
    table = packed()
    read: Schema = core.schema(table.resources)
    assert read.resources.keys() == table.resources.keys()
    for name in table.resources.keys() - {"aws_wafv2_web_acl"}:  # a set may not hold what has no stated form
        assert {key: each.nesting for key, each in read.resources[name].items()} == {
            key: each.nesting for key, each in table.resources[name].items()
        }


def test_the_real_terraform_plans_references(core: Session) -> None:
    subnet = reading("vpcId", "network-id", VPC, cidrBlock="10.0.0.0/24")
    _, verdict = _judged(core, VPC, subnet)
    assert (verdict.errors, verdict.planned) == ([], 2)


def test_the_real_terraform_refuses_what_no_schema_has(core: Session) -> None:
    converted, _ = _judged(core, VPC)
    converted.resources["aws_vpc"]["network"]["cidr_blok"] = "10.0.0.0/16"
    (said,) = core.judge(converted.document(), converted.origins).errors
    assert said.startswith("aws:ec2/vpc:Vpc network: ")
    assert 'No argument or block type is named "cidr_blok"' in said


def test_the_real_terraform_refuses_a_graph_that_goes_round(core: Session) -> None:
    first = Thing(
        "aws:ec2/vpc:Vpc",
        "first",
        {"cidrBlock": "second-id"},
        property_dependencies={"cidrBlock": frozenset({"urn:aws:ec2/vpc:Vpc:second"})},
    )
    second = Thing(
        "aws:ec2/vpc:Vpc",
        "second",
        {"cidrBlock": "first-id"},
        property_dependencies={"cidrBlock": frozenset({first.urn})},
    )
    _, verdict = _judged(core, first, second)
    assert [each.partition(":")[0] for each in verdict.errors] == ["Cycle"]
