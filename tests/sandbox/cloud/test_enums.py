import pytest

from sandbox.cloud import rules
from sandbox.cloud.rules import enums, enums_generate
from tests.sandbox.cloud.sdk import arguments, nested

PROPERTIES = [(type, path) for type, paths in sorted(enums.table().items()) for path in paths]


def test_the_committed_lists_are_those_of_the_installed_models() -> None:
    assert enums_generate.TARGET.read_text("utf-8") == enums_generate.written()


def test_at_least_sixty_properties_are_checked() -> None:
    assert len(PROPERTIES) >= 60


@pytest.mark.parametrize(("type", "path"), PROPERTIES)
def test_each_list_belongs_to_a_property_that_exists(type: str, path: str) -> None:
    assert nested(arguments(type), path.replace("[]", ""))


@pytest.mark.parametrize(
    ("value", "mend"), [("slow", "did you mean 'slow-log'?"), ("engine-log", None), ("audit", "use one of these")]
)
def test_a_value_outside_the_list_is_refused_with_the_nearest(value: str, mend: str | None) -> None:
    kind = "aws:elasticache/replicationGroup:ReplicationGroup"
    found = [
        refusal
        for refusal in rules.check(kind, {"logDeliveryConfigurations": [{"logType": value}]}, "us-east-1")
        if refusal.property == "logDeliveryConfigurations[0].logType"
    ]
    assert [refusal.mend for refusal in found] == ([mend] if mend else [])
