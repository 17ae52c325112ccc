"""Each product on a developer's machine, by the Compose Specification's own schema.

compose-spec.json is the schema of github.com/compose-spec/compose-go/v2 v2.16.2 (Apache-2.0).
"""

import json
import subprocess
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, cast

import bcrypt
import pytest
import yaml
from jsonschema import Draft202012Validator

from settings.diagnostics import SettingsError
from settings.workload import Workload
from settings.workload.container import Composed, EnvironmentValue, Wired
from settings.workload.database import FurtherDatabase
from settings.workload.secrets import TextSecret
from tools.compose.__main__ import main
from tools.compose.document import text
from tools.compose.product import read
from tools.compose.services import files
from tools.compose.values import PASSWORD, environment, secret

ROOT = Path(__file__).parents[2]
PRODUCTS = sorted(path.stem for path in (ROOT / "workloads").glob("*.yaml"))


@cache
def workload(name: str) -> Workload:
    return read(ROOT / "workloads", name)


@cache
def document(name: str) -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(text(workload(name))))


def mistakes(made: dict[str, Any]) -> list[str]:
    """What the schema finds wrong with a document."""
    schema = json.loads((Path(__file__).parent / "compose-spec.json").read_text())
    found = Draft202012Validator(schema).iter_errors(made)  # pyright: ignore[reportUnknownMemberType] -- half typed
    return [f"{error.json_path}: {error.message}" for error in found]


def unescaped(value: str) -> str:
    """What a container gets of a value: Compose reads two dollar signs as one."""
    return value.replace("$$", "$")


def test_there_are_all_five_products() -> None:
    assert {"openibank", "service-layer", "gridtokenx", "waiver-exchange", "ai-trading"} <= set(PRODUCTS)


@pytest.mark.requirement("WX-104", "WX-40")
@pytest.mark.parametrize("name", PRODUCTS)
def test_the_document_follows_the_specification(name: str) -> None:
    assert mistakes(document(name)) == []


def test_the_schema_refuses_what_is_wrong() -> None:
    assert mistakes({"services": {"api": {"image": "api", "restrat": "always"}}})


@pytest.mark.requirement("WX-104")
@pytest.mark.parametrize("name", PRODUCTS)
def test_every_service_has_its_image_ports_command_and_variables(name: str) -> None:
    services = document(name)["services"]
    for each, service in workload(name).services.items():
        made = services[each]
        assert made["image"] == f"{service.image.repository}:{service.image.tag}"
        stated = workload(name).environment | service.environment
        assert set(made["environment"]) == {*stated, *service.secrets}
        for variable, value in stated.items():
            if not isinstance(value, Wired):
                assert unescaped(made["environment"][variable]) == value
        published = [port.split("/")[0].split(":")[-1] for port in made.get("ports", [])]
        assert published == [str(port.number) for port in service.pod_ports.values()]
        if service.command and "$(" not in " ".join([*service.command, *service.arguments]):
            assert [unescaped(word) for word in made["entrypoint"]] == list(service.command)
        assert made["user"] == str(service.security.user)
        beside = {f"{each}-{which}" for which in service.sidecars}
        assert beside <= set(services)
    assert set(workload(name).jobs) <= {each for each in services if services[each].get("profiles") == ["jobs"]}


@pytest.mark.requirement("WX-104")
@pytest.mark.parametrize("name", PRODUCTS)
def test_every_file_is_there_with_its_text(name: str) -> None:
    made = document(name)
    for each, service in workload(name).services.items():
        mounted = {config["target"]: config["source"] for config in made["services"][each].get("configs", [])}
        found = {path: unescaped(made["configs"][source]["content"]) for path, source in mounted.items()}
        assert found == files(workload(name), service)
        if service.config is not None:
            for file, content in service.config.files.items():
                assert found[f"{service.config.path}/{file}"] == content


@pytest.mark.requirement("WX-09", "WX-104")
@pytest.mark.parametrize("name", PRODUCTS)
def test_stores_come_before_the_services_that_use_them(name: str) -> None:
    services = document(name)["services"]
    before = {each: set(made.get("depends_on", {})) for each, made in services.items()}
    order = list(TopologicalSorter(before).static_order())
    assert set(order) == set(services), "what a service waits for is there, and nothing waits for itself"
    stores = {"database": "postgres", "pooler": "postgres", "cache": "redis", "timeseries": "timeseries"}
    for each, service in workload(name).services.items():
        for use, store in stores.items():
            if use in service.uses:
                assert services[each]["depends_on"][store] == {"condition": "service_healthy"}
                assert "healthcheck" in services[store]
                assert order.index(store) < order.index(each)
        if workload(name).migration is not None and {"database", "pooler"} & set(service.uses):
            assert services[each]["depends_on"]["migration"] == {"condition": "service_completed_successfully"}


@pytest.mark.requirement("WX-22", "WX-28")
def test_the_stores_are_those_of_the_workload_file() -> None:
    services = document("waiver-exchange")["services"]
    assert services["postgres"]["image"] == "postgres:15-alpine"
    assert services["postgres"]["environment"]["POSTGRES_DB"] == "waiver_exchange"
    assert services["redis"]["image"] == "redis:7-alpine"
    assert services["rest"]["environment"]["REDIS_URL"] == "redis://redis:6379"
    url = services["rest"]["environment"]["DATABASE_URL"]
    assert url == f"postgres://waiver_exchange:{PASSWORD}@postgres:5432/waiver_exchange?sslmode=disable"


@pytest.mark.parametrize("name", PRODUCTS)
def test_two_services_of_one_port_get_two_ports_of_the_machine_and_none_is_open_to_others(name: str) -> None:
    published = [port for made in document(name)["services"].values() for port in made.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in published)
    machine = [port.split(":")[1] for port in published]
    assert len(machine) == len(set(machine))


@pytest.mark.parametrize("name", PRODUCTS)
def test_no_name_of_production_is_in_it_and_it_never_changes_by_itself(name: str) -> None:
    said = text(workload(name))
    assert "arn:aws" not in said
    assert "secretsmanager" not in said
    assert said == text(workload(name))


def test_secrets_have_the_form_that_the_product_expects() -> None:
    product = workload("service-layer")
    name, hashed, role = secret(product, "AUTH_USERS").split(",")[0].split(":")
    assert (name, role) == ("admin", "admin")
    assert bcrypt.checkpw(PASSWORD.encode(), hashed.encode())
    assert len(secret(product, "AUTH_JWT_SECRET")) == 64
    assert len(set(secret(product, "API_TOKENS").split(","))) == len(secret(product, "API_TOKENS").split(","))


def test_composed_texts_name_what_is_on_this_machine() -> None:
    product = workload("openibank")
    stated: dict[str, EnvironmentValue] = {
        "URL": Composed(text="{ingress.url}/x {{{database.host}}} {ingress.api-server.url}"),
        "PLAIN": "{a}",
    }
    assert environment(product, stated) == {
        "URL": "http://localhost:3000/x {postgres} http://localhost:3000",
        "PLAIN": "{a}",
    }
    composed = "{database.password} {secrets.OPENAI_API_KEY} {database.url}&schema=a"
    changed = {**product.secrets, "DSN": TextSecret(kind="text", text=composed)}
    assert secret(product.model_copy(update={"secrets": changed}), "DSN") == (
        f"{PASSWORD} development-openai-api-key {secret(product, 'DATABASE_URL')}&schema=a"
    )


def test_a_variable_in_a_command_is_the_containers_and_not_composes() -> None:
    migration = document("service-layer")["services"]["migration"]
    word = unescaped(migration["command"][0]).replace("exec ./bin/appserver", "printf %s,")
    answer = subprocess.run(
        [*migration["entrypoint"], word],
        env={"DATABASE_DIRECT_URL": "the-url", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    assert "the-url" in answer.stdout
    assert "$$" in migration["command"][0]


def test_the_command_writes_the_file_and_says_how_to_start_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "deep" / "waiver.yaml"
    assert main(["--workload", "waiver-exchange", "--output", str(path)]) == 0
    assert f"docker compose -f {path} up" in capsys.readouterr().out
    assert yaml.safe_load(path.read_text()) == document("waiver-exchange")


def test_a_product_that_is_not_there_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--workload", "waiver"]) == 1
    assert "did you mean 'waiver-exchange'?" in capsys.readouterr().err


def test_a_file_with_mistakes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text("name: shop\ndescription: A shop\nservices: {}\n")
    with pytest.raises(SettingsError):
        read(tmp_path, "shop")


@pytest.mark.parametrize(("mode", "enabled"), [("enabled", "yes"), ("disabled", "no")])
def test_the_cache_runs_in_the_mode_of_the_product(mode: str, enabled: str) -> None:
    product = workload("openibank")
    assert product.cache is not None
    cache = product.cache.model_copy(update={"cluster_mode": mode})
    made = cast("dict[str, Any]", yaml.safe_load(text(product.model_copy(update={"cache": cache}))))
    redis = made["services"]["redis"]
    assert redis["command"][redis["command"].index("--cluster-enabled") + 1] == enabled
    assert ("addslots" in str(redis["healthcheck"]["test"])) is (mode == "enabled")


def test_the_database_has_what_the_product_states_beside_the_first() -> None:
    product = workload("openibank")
    assert product.database is not None
    changed = {"extensions": ("pg_trgm", "pgaudit"), "further": {"reports": FurtherDatabase(extensions=("vector",))}}
    stated = product.model_copy(update={"database": product.database.model_copy(update=changed)})
    postgres = cast("dict[str, Any]", yaml.safe_load(text(stated)))["services"]["postgres"]
    assert postgres["image"].startswith("pgvector/pgvector:pg")
    shell, check = postgres["healthcheck"]["test"]
    assert shell == "CMD-SHELL"
    assert "createdb --host 127.0.0.1 --username openibank reports 2>/dev/null; psql" in check
    assert "--dbname openibank --quiet --command 'CREATE EXTENSION IF NOT EXISTS \"pg_trgm\" CASCADE' && " in check
    assert (
        "--dbname reports --quiet --command 'CREATE EXTENSION IF NOT EXISTS \"vector\" CASCADE' && pg_isready" in check
    )
    assert "pgaudit" not in check
    secrets = {**stated.secrets, "URL": TextSecret(kind="text", text="{database.reports.url}")}
    url = secret(stated.model_copy(update={"secrets": secrets}), "URL")
    assert url == f"postgres://openibank:{PASSWORD}@postgres:5432/reports?sslmode=disable"
