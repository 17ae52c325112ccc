import pytest

from components.capabilities.database.parameters import family, parameters
from settings.workload.database import DatabaseNeeds

STATIC = {"shared_preload_libraries", "track_activity_query_size"}
"""Of the parameters used: those whose ApplyType is `static` in `describe-engine-default-parameters`."""


def _needs(version: str = "16") -> DatabaseNeeds:
    return DatabaseNeeds(version=version, name="shop", role="shop", instance_class="db.m7g.large")


@pytest.mark.parametrize(("version", "expected"), [("14", "postgres14"), ("16.4", "postgres16"), ("17", "postgres17")])
def test_the_family_follows_the_major_version(version: str, expected: str) -> None:
    assert family(version) == expected


def test_static_parameters_wait_for_a_reboot_and_dynamic_ones_do_not() -> None:
    for parameter in parameters(_needs()):
        waits = parameter.name in STATIC or parameter.name == "rds.force_ssl"
        expected = "pending-reboot" if waits else "immediate"
        assert (parameter.name, parameter.apply_method) == (parameter.name, expected)


@pytest.mark.parametrize(
    ("version", "method"), [("14", "immediate"), ("15.8", "pending-reboot"), ("17", "pending-reboot")]
)
def test_connections_without_tls_are_refused_in_the_words_that_aws_gives_back(version: str, method: str) -> None:
    (stated,) = [each for each in parameters(_needs(version)) if each.name == "rds.force_ssl"]
    assert (stated.value, stated.apply_method) == ("1", method)


@pytest.mark.requirement("OB-65")
def test_bound_values_never_reach_the_log() -> None:
    stated = {each.name: each.value for each in parameters(_needs())}
    assert stated["log_parameter_max_length"] == "0"
    assert stated["log_parameter_max_length_on_error"] == "0"


def test_no_parameter_is_stated_twice() -> None:
    names = [each.name for each in parameters(_needs())]
    assert len(names) == len(set(names))


@pytest.mark.requirement("OB-71")
def test_the_class_decides_how_many_connections_there_are() -> None:
    assert "max_connections" not in {each.name for each in parameters(_needs())}
