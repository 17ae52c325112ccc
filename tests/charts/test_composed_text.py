"""Variables and secrets composed from outputs, and names with dots and hyphens, as both runtimes render them."""

from dataclasses import replace
from functools import cache
from typing import Any, cast

from pulumi import Input

from components.assembly.product_outputs import product_outputs
from components.platform import Platform
from components.product.wiring import Wiring
from components.runtimes.kubernetes.restore_test import restore_test_values
from settings import PlatformSettings
from settings.workload.container import Composed
from settings.workload.data import RestoreTest
from settings.workload.secrets import GeneratedSecret, TextSecret
from settings.workload.service import WiredOutput
from tests.charts.rendering import Rendered, at, foundation, render, stack, wiring, workload
from tests.components.recording import Recorder
from tests.components.runtimes.ecs.test_platform import containers, platform, settings, task_of

_JDBC = "jdbc:postgresql://{database.host}:{database.port}/{database.name}?sslmode=require"
_VARIABLES = {
    "spring.datasource.url": Composed(text=_JDBC),
    "WEBHOOK-URL": Composed(text="{ingress.url}/hooks"),
    "FORMAT": Composed(text="{{{region}}}"),
}
_SECRETS = {
    "DSN": TextSecret(kind="text", text="host={database.host} password={database.password} dbname={database.name}"),
    "URL_WITH_SCHEMA": TextSecret(kind="text", text="{database.url}&schema=app"),
    "app.config": TextSecret(kind="text", text='{{"key": "{secrets.app.key}", "at": "{ingress.url}"}}'),
    "app.key": GeneratedSecret(kind="generated"),
}


def _with_texts(given: PlatformSettings, service: str) -> PlatformSettings:
    stated = given.workload.services[service]
    changes = {
        "environment": {**stated.environment, **_VARIABLES},
        "secrets": (*stated.secrets, "DSN", "URL_WITH_SCHEMA", "app.config"),
    }
    shared = {"log-level": "info", "ROOT_URL": Composed(text=f"{{ingress.{service}.url}}/")}
    product = {
        "services": {**given.workload.services, service: stated.model_copy(update=changes)},
        "environment": {**given.workload.environment, **shared},
        "secrets": {**given.workload.secrets, **_SECRETS},
    }
    return given.model_copy(update={"workload": given.workload.model_copy(update=product)})


def _cluster() -> tuple[PlatformSettings, Wiring]:
    given = _with_texts(stack("prod"), "api-server")
    made_up = wiring(given)
    outputs = {**made_up.outputs, **product_outputs(given, {}, {})}
    secrets = {**made_up.secrets, "app.key": made_up.secrets["JWT_SECRET"]}
    made_up = replace(made_up, secrets=secrets)
    return given, replace(made_up, outputs=cast("dict[WiredOutput, Input[str]]", outputs))


@cache
def _release() -> Rendered:
    return render("workload", workload(*_cluster()))


@cache
def _tasks() -> Recorder[Platform]:
    return platform(_with_texts(settings("budget"), "rest"))


def test_a_pod_gets_composed_texts_under_any_name() -> None:
    pod = at(_release().one("Deployment", "api-server"), "spec.template.spec")
    variables = {each["name"]: each.get("value") for each in pod["containers"][0]["env"]}
    assert variables["spring.datasource.url"] == (
        "jdbc:postgresql://writer.openibank-prod.internal:5432/openibank?sslmode=require"
    )
    assert variables["WEBHOOK-URL"] == "https://api.openibank.com/hooks"
    assert variables["FORMAT"] == "{us-east-1}"
    shared = next(each for each in _release().of_kind("ConfigMap") if "ROOT_URL" in each.get("data", {}))
    assert shared["data"] == {"log-level": "info", "ROOT_URL": "https://api.openibank.com/"}


def test_a_cluster_composes_secrets_from_their_parts() -> None:
    secret = render("foundation", foundation(*_cluster())).one("ExternalSecret", "openibank-secrets")
    data = at(secret, "spec.target.template.data")
    assert data["DSN"] == ("host=writer.openibank-prod.internal password={{ .database_password }} dbname=openibank")
    assert data["URL_WITH_SCHEMA"] == f"{data['DATABASE_URL']}&schema=app"
    assert data["app.config"] == ('{{ "{" }}"key": "{{ index . "app.key" }}", "at": "https://api.openibank.com"}')
    sources = {each["secretKey"]: each["remoteRef"]["key"] for each in at(secret, "spec.data")}
    assert sources["app.key"] == "openibank/prod/JWT_SECRET"
    assert sources["database_password"] == "openibank/prod/database-role"


def test_a_composed_secret_is_no_plain_variable_of_a_pod() -> None:
    pod = at(_release().one("Deployment", "api-server"), "spec.template.spec.containers[0]")
    assert not {"DSN", "URL_WITH_SCHEMA", "app.config"} & {each["name"] for each in pod["env"] if "value" in each}


def test_a_restored_database_is_named_in_place_of_productions() -> None:
    given, made_up = _cluster()
    backups = given.workload.backups.model_copy(
        update={"restore_test": RestoreTest(schedule="0 4 * * 0", service="api-server")}
    )
    tested = given.model_copy(update={"workload": given.workload.model_copy(update={"backups": backups})})
    values = restore_test_values(tested, made_up)
    assert values is not None
    assert values.application is not None
    environment = values.application.environment
    assert environment["DSN"] == "host=127.0.0.1 password=unused dbname=openibank"
    assert environment["URL_WITH_SCHEMA"] == (
        "postgres://openibank:unused@127.0.0.1:5432/openibank?sslmode=disable&schema=app"
    )
    assert environment["spring.datasource.url"] == "jdbc:postgresql://127.0.0.1:5432/openibank?sslmode=require"
    assert values.application.secret_environment is not None
    assert "app.config" in values.application.secret_environment.keys
    assert "DSN" not in values.application.secret_environment.keys


def test_a_task_gets_composed_texts_under_any_name() -> None:
    main = containers(task_of(_tasks(), "rest"))["rest"]
    variables = {each["name"]: each["value"] for each in main["environment"]}
    assert variables["spring.datasource.url"].startswith("jdbc:postgresql://")
    assert variables["spring.datasource.url"].endswith(":5432/waiver_exchange?sslmode=require")
    assert variables["WEBHOOK-URL"] == "https://waiver.exchange/hooks"
    assert variables["FORMAT"] == "{us-east-1}"
    assert variables["log-level"] == "info"
    assert variables["ROOT_URL"] == "https://waiver.exchange/"


def test_a_task_reads_composed_secrets_from_secrets_manager() -> None:
    main = containers(task_of(_tasks(), "rest"))["rest"]
    assert not {"DSN", "URL_WITH_SCHEMA", "app.config"} & {each["name"] for each in main["environment"]}
    handed: dict[str, Any] = {each["name"]: each["valueFrom"] for each in main["secrets"]}
    versions = {each.name: each for each in _tasks().of_type("aws:secretsmanager/secretVersion:SecretVersion")}
    for name, text in (("DSN", "host="), ("URL_WITH_SCHEMA", "postgres://"), ("app.config", '{"key": "')):
        label = name.lower().replace("_", "-")
        assert f"secrets-{label}" in handed[name] or f"{label}" in handed[name]
        (stored,) = (each for key, each in versions.items() if key.endswith(f"-{label}-version"))
        assert stored.inputs["secretString"].startswith(text)
        assert "secretString" in stored.secret_inputs
