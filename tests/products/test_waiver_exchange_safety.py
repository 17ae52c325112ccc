"""How waiver.exchange's money is kept: encrypted, behind its own ports, updated every week, and restorable."""

import pytest

from settings.arithmetic.recovery_means import expected
from tests.charts.waiver_exchange_forms import FORMS, form
from tests.components.recording import Registration
from tests.products.proof import CACHE, DATABASE, PARAMETERS, WEB_ACL

_ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
_INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_LISTENER = "aws:lb/listener:Listener"
_SERVICE = "aws:ecs/service:Service"
_VAULT = "aws:backup/vault:Vault"
_BOTH = pytest.mark.parametrize("name", FORMS)


def _key(name: str) -> object:
    return form(name).value(form(name).result.foundation.encryption.data_key_arn)


def _opened(name: str) -> list[Registration]:
    return form(name).of_type(_INGRESS)


@pytest.mark.requirement("WX-04")
@pytest.mark.requirement("WX-05")
@pytest.mark.parametrize(("rule", "port"), [("database-from-cluster", 5432), ("cache-from-cluster", 6379)])
@_BOTH
def test_each_store_answers_the_product_alone_on_its_own_port(name: str, rule: str, port: int) -> None:
    (opened,) = [each for each in _opened(name) if each.name == rule]
    assert (opened.inputs["fromPort"], opened.inputs["toPort"]) == (port, port)
    assert "cidrIpv4" not in opened.inputs
    others = [each for each in _opened(name) if each.inputs.get("fromPort") == port and each.name != rule]
    assert [each for each in others if "cidrIpv4" in each.inputs] == []


@pytest.mark.requirement("WX-55")
@_BOTH
def test_every_backup_is_encrypted_with_the_stacks_own_key(name: str) -> None:
    """Automated snapshots take the key of the instance."""
    recorder = form(name)
    assert [each.inputs["kmsKeyArn"] for each in recorder.of_type(_VAULT)] == [_key(name)]
    (rule,) = recorder.one(_ENCRYPTION, "backups-store-encryption").inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"kmsMasterKeyId": _key(name), "sseAlgorithm": "aws:kms"}
    for store in (recorder.one(DATABASE, "database-primary"), recorder.one(CACHE)):
        assert store.inputs["kmsKeyId"] == _key(name)


@pytest.mark.requirement("WX-57")
@_BOTH
def test_financial_data_is_encrypted_where_it_lies_and_on_every_way(name: str) -> None:
    recorder = form(name)
    assert recorder.one(DATABASE, "database-primary").inputs["storageEncrypted"] is True
    forced = {
        each["name"]: each["value"] for each in recorder.one(PARAMETERS, "database-parameters").inputs["parameters"]
    }
    assert forced["rds.force_ssl"] == "1"
    cache = recorder.one(CACHE).inputs
    assert (cache["atRestEncryptionEnabled"], cache["transitEncryptionEnabled"]) == (True, True)
    plain = [each for each in recorder.of_type(_LISTENER) if each.inputs["protocol"] != "HTTPS"]
    assert [each.inputs["defaultActions"][0]["type"] for each in plain] == ["redirect"]


@pytest.mark.requirement("WX-51")
@_BOTH
def test_security_updates_come_in_a_weekly_window(name: str) -> None:
    recorder = form(name)
    for store in (recorder.one(DATABASE, "database-primary"), recorder.one(CACHE)):
        assert store.inputs["autoMinorVersionUpgrade"] is True
        assert store.inputs["maintenanceWindow"].startswith("sun:")
    # Fargate brings its own: a task that starts anew starts on the newest platform.
    assert {each.inputs["platformVersion"] for each in recorder.of_type(_SERVICE)} <= {"LATEST"}


@pytest.mark.requirement("WX-56")
@_BOTH
def test_nobody_enters_by_ssh_and_whoever_guesses_passwords_is_refused(name: str) -> None:
    assert [each.name for each in _opened(name) if each.inputs.get("fromPort") == 22] == []
    rules = {each["name"]: each for each in form(name).one(WEB_ACL, "ingress-firewall-acl").inputs["rules"]}
    limit = rules["rate-limit-sign-in"]["statement"]["rateBasedStatement"]
    assert (limit["limit"], limit["evaluationWindowSec"], limit["aggregateKeyType"]) == (20, 60, "IP")
    assert "block" in rules["rate-limit-sign-in"]["action"]
    paths = rules["requests-sign-in"]["statement"]["regexMatchStatement"]["regexString"]
    assert paths == "^(/oauth)(/|$)"


@pytest.mark.requirement("WX-89")
@_BOTH
def test_transaction_logs_are_replayed_to_any_moment_of_the_last_days(name: str) -> None:
    recorder = form(name)
    days = recorder.one(DATABASE, "database-primary").inputs["backupRetentionPeriod"]
    assert days >= 7
    settings = recorder.result.foundation.settings
    found = {(each.store, each.failure): each.by.means for each in expected(settings.stack, settings.workload)}
    assert found["database", "bad_migration"] == f"point-in-time recovery beside it, of the last {days:g} days"
