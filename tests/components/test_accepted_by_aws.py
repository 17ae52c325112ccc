"""Every name, description, comment and tag of every product on every stack, judged by what AWS's services take."""

from pathlib import Path

import pytest
from pulumi import Output

from components.platform import Platform
from sandbox.cloud.rules import texts
from settings.load import load
from settings.raw import Raw
from tests.components.graphs import FORMS, ROOT, Form, graph
from tests.components.recording import build

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
def test_no_text_is_one_that_its_service_refuses(form: Form) -> None:
    registered = [each for each in graph(form).registrations if each.type.startswith("aws:")]
    assert [f"{each.name}: {no}" for each in registered for no in texts.check(each.type, dict(each.inputs))] == []


@pytest.mark.parametrize("runtime", ["eks", "ecs"])
def test_the_longest_names_that_settings_take_fit_every_service(runtime: str, tmp_path: Path) -> None:
    product, stack = "product-of-thirty-nine-and-one-character", "production-of-the-tenth-region"
    text = (ROOT / "workloads" / "waiver-exchange.yaml").read_text("utf-8")
    (tmp_path / f"{product}.yaml").write_text(text.replace("name: waiver-exchange\n", f"name: {product}\n"), "utf-8")
    stated: dict[str, Raw] = {"workload": product, "runtime": runtime, **_PRODUCTION}
    settings = load(stack, stated, tmp_path)
    assert (len(product), len(stack)) == (40, 30)
    recorder = build(lambda: Platform("platform", settings, Output.secret({})))
    registered = [each for each in recorder.registrations if each.type.startswith("aws:")]
    assert [f"{each.name}: {no}" for each in registered for no in texts.check(each.type, dict(each.inputs))] == []
    identifiers = [each.inputs["identifier"] for each in registered if each.type == "aws:rds/instance:Instance"]
    assert all(len(each) <= 63 for each in identifiers)
