"""The chart by which the consoles' pods join the internal load balancer's target groups."""

from offline_cloud.kubernetes import definitions, schema
from offline_cloud.kubernetes.objects import KubernetesObject
from tests.charts.rendering import Values, at, render, run

ARN = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/consoles-grafana/0123456789abcdef"
VALUES: Values = {"product": "shop", "bindings": [{"service": "grafana", "port": 3000, "arn": ARN}]}


def test_pods_of_a_service_join_its_target_group() -> None:
    release = render("consoles", VALUES)
    (item,) = release.objects
    assert at(item, "spec.serviceRef") == {"name": "grafana", "port": 3000}
    assert at(item, "spec.targetGroupARN") == ARN
    validator = definitions.validator(item["apiVersion"], item["kind"])
    assert validator is not None
    assert list(schema.diagnostics(KubernetesObject(dict(item), "monitoring"), validator)) == []


def test_lint_has_nothing_to_say_and_wrong_values_are_refused() -> None:
    assert run("consoles", VALUES, "lint").returncode == 0
    wrong = run("consoles", {**VALUES, "bindings": [{"service": "grafana", "port": 0, "arn": ARN}]})
    assert wrong.returncode != 0
