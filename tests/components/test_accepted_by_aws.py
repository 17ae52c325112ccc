"""Every product on every stack, judged by what AWS's services take and by what Terraform's AWS provider takes.

Terraform judges twice: the real one by the packed schema of the provider, and with the provider itself. Each is not run
where it is not at hand.
"""

import os
import re
import shutil
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest
from pulumi import Output

from components.platform import Platform
from offline_cloud.cloud import rules
from settings.load import load
from settings.raw import Raw
from tests.components.graphs import FORMS, ROOT, Form, graph
from tests.components.recording import ACCOUNT, Registration, build
from tests.tools.conform.provider import terraform_with
from tools.conform.convert import convert
from tools.conform.names import NEWER, TYPES
from tools.conform.schema import Schema, packed
from tools.conform.terraform import NotRunError, Session, Terraform

_TOP_LEVEL = re.compile(r"[.\[]")
_PRODUCTION: dict[str, Raw] = {
    "environment": "production",
    "region": "us-east-1",
    "zones": ["us-east-1a", "us-east-1b", "us-east-1c"],
    "domain": "example.com",
    "network": {"cidr": "10.0.0.0/16"},
    "cluster": {"api_access": "tunnel"},
    "monitoring": {"emails": ["on-call@example.com"]},
}


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_no_input_is_one_that_its_service_refuses(form: Form) -> None:
    assert _refused(graph(form).registrations) == []


@pytest.mark.parametrize("runtime", ["eks", "ecs"])
def test_the_longest_names_that_settings_take_fit_every_service(runtime: str, tmp_path: Path) -> None:
    product, stack = "product-of-thirty-nine-and-one-character", "production-of-the-tenth-region"
    text = (ROOT / "workloads" / "waiver-exchange.yaml").read_text("utf-8")
    (tmp_path / f"{product}.yaml").write_text(text.replace("name: waiver-exchange\n", f"name: {product}\n"), "utf-8")
    stated: dict[str, Raw] = {"workload": product, "runtime": runtime, **_PRODUCTION}
    settings = load(stack, stated, tmp_path)
    assert (len(product), len(stack)) == (40, 30)
    recorder = build(lambda: Platform("platform", settings, Output.secret({})))
    assert _refused(recorder.registrations) == []
    identifiers = [each.inputs["identifier"] for each in recorder.of_type("aws:rds/instance:Instance")]
    assert all(len(each) <= 63 for each in identifiers)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_the_providers_schema_has_every_argument_and_gets_what_it_requires(form: Form) -> None:
    converted = convert(graph(form).registrations, packed(), packed())
    assert converted.refused == []
    assert converted.lacking <= NEWER
    assert converted.open <= {"aws_wafv2_web_acl.rule.statement"}
    assert len(converted.origins) > 200


@pytest.fixture(scope="module")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Generator[Session]:
    """The real Terraform with the packed schema for a provider."""
    if shutil.which("terraform") is None:
        pytest.skip("not run: terraform is not on the PATH")
    with terraform_with(packed(), tmp_path_factory.mktemp("terraform")) as session:
        yield session


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_terraform_itself_plans_every_resource(form: Form, terraform: Session) -> None:
    converted = convert(graph(form).registrations, packed(), packed())
    verdict = terraform.judge(converted.document(), converted.origins)
    assert verdict.errors == []
    assert verdict.planned == len(converted.origins)


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> tuple[Session, Schema]:
    """Terraform with the real AWS provider, and that provider's own schema."""
    try:
        session = Session(Terraform.of(os.environ), tmp_path_factory.mktemp("provider"), os.environ)
    except NotRunError as missing:
        pytest.skip(f"not run: {missing}")
    return session, session.schema(TYPES.values())


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_the_real_provider_plans_every_resource(form: Form, provider: tuple[Session, Schema]) -> None:
    """What an older provider lacks is left out; `make conform` lists it by name."""
    session, schema = provider
    converted = convert(graph(form).registrations, schema, packed())
    verdict = session.judge(converted.document(), converted.origins)
    assert (converted.refused, verdict.errors) == ([], [])
    assert verdict.planned == len(converted.origins)


def _refused(registered: Sequence[Registration]) -> list[str]:
    """Judge what is the program's own, in its region: what the mocks make up is not of its service's form."""
    providers = (each for each in registered if each.type == "pulumi:providers:aws")
    regions = {f"{each.urn}::{each.id}": each.inputs["region"] for each in providers}
    made_up = {each.urn: _computed(each) for each in registered}
    return [
        f"{each.name}: {no}"
        for each in registered
        if each.type.startswith("aws:")
        for no in rules.check(each.type, dict(each.inputs), each.inputs.get("region", regions[each.provider]))
        if ACCOUNT not in no.reason
        and not any(
            value in no.reason
            for source in each.property_dependencies.get(_TOP_LEVEL.split(no.path)[0], ())
            for value in made_up.get(source, ())
        )
    ]


def _computed(source: Registration) -> set[str]:
    outputs = (value for key, value in source.outputs.items() if key not in source.inputs)
    return {value for value in (source.id, *outputs) if isinstance(value, str) and value}
