"""Further databases and extensions, as a platform builds them on both runtimes."""

import json
from functools import cache
from typing import Any

import pytest

from components.capabilities.planned import planned_secrets
from components.platform import Platform
from settings import PlatformSettings
from tests.components.capabilities.on_runtimes import RUNTIMES, platform_of, settings_on
from tests.components.recording import Recorder

DATABASES = "shop=pg_trgm,pgaudit reports=vector,uuid-ossp"
_RELEASE = "kubernetes:helm.sh/v3:Release"
_TASK = "aws:ecs/taskDefinition:TaskDefinition"


@cache
def _settings(runtime: str) -> PlatformSettings:
    changes: dict[str, Any] = {
        "database.extensions": ["pg_trgm", "pgaudit"],
        "database.further": {"reports": {"extensions": ["vector", "uuid-ossp"]}},
        "secrets.REPORTS_URL": {"kind": "text", "text": "{database.reports.url}&application_name=api"},
        "services.api.secrets": ["DATABASE_URL", "PARTNER_KEY", "REPORTS_URL"],
        "services.api.environment.REPORTS": {"output": "database.reports.name"},
    }
    return settings_on(runtime, changes)


@cache
def platform(runtime: str) -> Recorder[Platform]:
    return platform_of(_settings(runtime))


def _environment(name: str, container: str) -> dict[str, str]:
    """The variables of one container of a task."""
    definitions = json.loads(platform("ecs").one(_TASK, name).inputs["containerDefinitions"])
    (found,) = [each for each in definitions if each["name"] == container]
    return {each["name"]: each["value"] for each in found["environment"]}


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_what_an_extension_needs_is_loaded_when_the_server_starts(runtime: str) -> None:
    group = platform(runtime).one("aws:rds/parameterGroup:ParameterGroup").inputs
    (libraries,) = [each["value"] for each in group["parameters"] if each["name"] == "shared_preload_libraries"]
    assert libraries == "pg_stat_statements,auto_explain,pgaudit"


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_service_gets_the_name_of_its_database(runtime: str) -> None:
    given = str([each.inputs for each in platform(runtime).registrations])
    assert "reports" in given
    assert "/reports?sslmode=require&application_name=api" in given


def test_an_address_is_that_of_the_first_database_but_for_the_name() -> None:
    texts = {str(name): text for name, text in planned_secrets(_settings("eks")).items()}
    for output in ("url", "reader_url"):
        first, further = texts[f"database.{output}"], texts[f"database.reports.{output}"]
        assert [part for part in first if part not in further] == [first[-2]]
        assert further[-2] == "reports"


def test_the_cluster_bootstraps_and_dumps_all_of_them() -> None:
    values = [each.inputs.get("values", {}) for each in platform("eks").of_type(_RELEASE)]
    (bootstrap,) = [each["bootstrap"] for each in values if "bootstrap" in each]
    (dump,) = [each["dump"] for each in values if "dump" in each]
    assert bootstrap["variables"]["APP_DATABASES"] == DATABASES
    assert dump["further"] == "reports"


def test_a_task_bootstraps_and_dumps_all_of_them() -> None:
    bootstrap = _environment("application-database-bootstrap-task", "database-bootstrap")
    assert bootstrap["APP_DATABASES"] == DATABASES
    assert "databases.sql" in bootstrap["SCRIPT_BOOTSTRAP_SH"]
    assert "CREATE EXTENSION IF NOT EXISTS" in bootstrap["SCRIPT_DATABASES_SQL"]
    dump = _environment("application-database-dump-task", "dump")
    assert dump["FURTHER"] == "reports"
    assert "dump.sh" in dump["SCRIPT_DUMP_ALL_SH"]
