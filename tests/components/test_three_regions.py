"""Service Layer in three regions at once: one writer, everybody served from nearby, and no region alone in its data."""

from typing import Any

import pytest

from components.platform import Platform
from settings import PlatformSettings
from settings.arithmetic.subnets import Tier, subnets
from settings.diagnostics import SettingsError
from settings.facts.certificates import CERTIFICATE_REGIONS
from tests.components.recording import Recorder, Registration, build
from tests.components.regions import (
    PRIMARY,
    READER,
    REGIONS,
    STAND_BY,
    TAKER,
    beside_the_primary,
    given_out,
    primary,
    secondary,
    settings,
)

INSTANCE = "aws:rds/instance:Instance"
SECONDARIES = (TAKER, READER)


def platform(stack: str) -> Recorder[Platform]:
    return primary() if stack == PRIMARY else secondary(stack)


def values(stack: str, release: str) -> dict[str, Any]:
    return platform(stack).named(f"application-{release}").inputs["values"]


def sources(stack: str) -> dict[str, str]:
    """The name in Secrets Manager that each value of the product's Secret comes from."""
    (found,) = [each for each in values(stack, "foundation")["externalSecrets"] if each["name"].endswith("-secrets")]
    return {name: source["key"] for name, source in found["sources"].items()}


ZONES = {
    # By id where a name may stand for the zone that EKS does not serve.
    PRIMARY: {"use1-az1", "use1-az2", "use1-az4"},
    TAKER: {"eu-west-1a", "eu-west-1b", "eu-west-1c"},
    READER: {"ap-south-1a", "ap-south-1b", "ap-south-1c"},
}


@pytest.mark.requirement("SL-121")
@pytest.mark.parametrize("stack", REGIONS)
def test_every_region_has_the_whole_stack_and_three_replicas_of_the_api(stack: str) -> None:
    built = platform(stack)
    assert built.one("pulumi:providers:aws", "aws").inputs["region"] == REGIONS[stack]
    for token in (
        "aws:eks/cluster:Cluster",
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:wafv2/webAcl:WebAcl",
        "aws:backup/vault:Vault",
    ):
        assert built.one(token)
    assert built.of_type(INSTANCE)
    assert values(stack, "workload")["services"]["service-layer"]["replicas"]["minimum"] == 3
    assert values(stack, "workload")["pooler"]["replicas"] == 2
    subnets = [each.inputs for each in built.of_type("aws:ec2/subnet:Subnet")]
    assert {each.get("availabilityZone") or each["availabilityZoneId"] for each in subnets} == ZONES[stack]


@pytest.mark.requirement("SL-122")
def test_one_instance_takes_writes_and_the_others_copy_it() -> None:
    sources_of = {
        stack: [each.inputs.get("replicateSourceDb") for each in platform(stack).of_type(INSTANCE)] for stack in REGIONS
    }
    (writer,) = [each for each in primary().of_type(INSTANCE) if "replicateSourceDb" not in each.inputs]
    arn = given_out()["for_other_regions"]["database_arn"]
    assert writer.name == "database-primary"
    assert sources_of[TAKER] == sources_of[READER] == [arn]
    assert "passwordWo" in writer.inputs


@pytest.mark.requirement("SL-123")
@pytest.mark.parametrize("stack", REGIONS)
def test_each_host_leads_to_the_nearest_region_that_is_well(stack: str) -> None:
    built = platform(stack)
    record = built.named("ingress-dns-api.service-layer.example.com").inputs
    assert record["latencyRoutingPolicies"] == [{"region": REGIONS[stack]}]
    assert record["setIdentifier"] == REGIONS[stack]
    assert record["aliases"][0]["evaluateTargetHealth"] is True
    check = built.named("ingress-region-check")
    assert record["healthCheckId"] == f"{check.name}-id"
    assert check.inputs["fqdn"] == record["aliases"][0]["name"]
    assert (check.inputs["type"], check.inputs["resourcePath"]) == ("HTTPS", "/readyz")


@pytest.mark.requirement("SL-123")
def test_the_regions_answer_in_one_zone_with_one_validation_of_the_certificate() -> None:
    zone = primary().one("aws:route53/zone:Zone", "ingress-zone")
    for stack in SECONDARIES:
        built = secondary(stack)
        assert [each.name for each in built.of_type("aws:route53/zone:Zone")] == ["network-zone"]
        assert built.named("ingress-dns-api.service-layer.example.com").inputs["zoneId"] == "ingress-zone-zoneId"
        names = built.one("aws:acm/certificateValidation:CertificateValidation").inputs["validationRecordFqdns"]
        assert names == ["ingress-validation-api.service-layer.example.com-fqdn"]
        assert not [each for each in built.registrations if each.name.startswith("ingress-validation-api")]
    assert zone.inputs["name"] == "service-layer.example.com"


@pytest.mark.requirement("SL-123")
def test_the_check_reaches_a_pod_past_the_shared_name() -> None:
    rule = secondary(TAKER).named("ingress-region-rule").inputs
    hosts = [each["hostHeader"]["values"] for each in rule["conditions"] if "hostHeader" in each]
    paths = [each["pathPattern"]["values"] for each in rule["conditions"] if "pathPattern" in each]
    assert hosts == [[secondary(TAKER).named("ingress-region-check").inputs["fqdn"]]]
    assert paths == [["/readyz"]]
    others = secondary(TAKER).of_type("aws:lb/listenerRule:ListenerRule")
    assert len({each.inputs["priority"] for each in others}) == len(others)


@pytest.mark.requirement("SL-125")
@pytest.mark.parametrize("stack", SECONDARIES)
def test_a_replica_region_writes_to_the_primary_over_a_private_way(stack: str) -> None:
    """By the pooler: PostgreSQL's certificate is then one of the primary's region."""
    built, pooler = secondary(stack), values(stack, "workload")["pooler"]
    writer = built.named("database-writer").inputs
    assert pooler["host"] == writer["name"] == f"db-writer.service-layer-{stack}.internal"
    assert writer["records"] == [given_out()["database_host"]]
    assert pooler["regions"] == [REGIONS[stack], "us-east-1"]
    assert set(pooler["regions"]) <= CERTIFICATE_REGIONS
    (egress,) = pooler["policy"]["egress"]
    assert "10.0.208.0/20" in egress["cidrs"]
    tier = subnets("10.0.0.0/16", Tier.DATA, 3)
    assert {each.inputs["cidrBlock"] for each in primary().of_type("aws:ec2/subnet:Subnet")} >= set(tier)


@pytest.mark.requirement("SL-125")
@pytest.mark.parametrize("stack", SECONDARIES)
def test_the_private_way_is_there_before_the_product(stack: str) -> None:
    built = secondary(stack)
    product = built.named("application-workload")
    for name in ("peering-to-primary-1", "peering-from-primary-3", "peering-acl-in", "peering-database-from-1"):
        assert built.comes_after(product, built.named(name)), name


def test_the_secondaries_do_not_meet_in_the_primarys_network_acl() -> None:
    numbers = [secondary(stack).named("peering-acl-in").inputs["ruleNumber"] for stack in SECONDARIES]
    assert len(set(numbers)) == 2
    assert all(100 < number < 32767 for number in numbers)


@pytest.mark.requirement("SL-124")
@pytest.mark.requirement("SL-34")
@pytest.mark.parametrize("stack", SECONDARIES)
def test_keys_tokens_and_users_are_the_primarys(stack: str) -> None:
    shared = ("SECRET_ENCRYPTION_KEY", "AUTH_JWT_SECRET", "API_TOKENS", "AUTH_USERS")
    assert {name: sources(stack)[name] for name in shared} == {name: f"service-layer/prod/{name}" for name in shared}
    assert sources(stack)["database_password"] == "service-layer/prod/database-role"
    made = {each.inputs["name"] for each in secondary(stack).of_type("aws:secretsmanager/secret:Secret")}
    assert not [name for name in made if name.rpartition("/")[2] in (*shared, "database-role", "database-master")]


@pytest.mark.requirement("SL-124")
def test_the_primary_copies_them_to_both_regions_under_a_key_there() -> None:
    copied = [each for each in primary().of_type("aws:secretsmanager/secret:Secret") if _of_the_product(each)]
    assert {each.inputs["name"] for each in copied} >= set(sources(TAKER).values()) - _own(TAKER)
    for each in copied:
        assert {replica["region"] for replica in each.inputs["replicas"]} == {"eu-west-1", "ap-south-1"}
        assert all(replica["kmsKeyId"] for replica in each.inputs["replicas"])


def _of_the_product(secret: Registration) -> bool:
    return not secret.inputs["name"].endswith(("/database-master", "/grafana-admin", "/event-bus-admin"))


def _own(stack: str) -> set[str]:
    return {name for name in sources(stack).values() if f"/{stack}/" in name}


@pytest.mark.requirement("SL-124")
def test_the_copies_may_be_read_and_decrypted_in_their_region() -> None:
    roles = secondary(TAKER).of_type("aws:iam/rolePolicy:RolePolicy")
    (policy,) = [each.document("policy") for each in roles if "DecryptThroughSecretsManager" in str(each.inputs)]
    allowed = {each["Sid"]: each["Resource"] for each in policy["Statement"]}
    assert any("secret:service-layer/prod/*" in arn for arn in allowed["ReadOwn"])
    keys = given_out()["for_other_regions"]["secrets_key_arns"]
    assert keys["eu-west-1"] in allowed["DecryptThroughSecretsManager"]


@pytest.mark.parametrize("stack", SECONDARIES)
def test_one_region_migrates_dumps_and_administers(stack: str) -> None:
    assert "bootstrap" not in values(stack, "foundation")
    for job in ("migration", "dump", "restoreTest"):
        assert not values(stack, "workload").get(job)
        assert values(PRIMARY, "workload").get(job), job
    assert not secondary(stack).of_type("aws:cloudfront/distribution:Distribution")


@pytest.mark.parametrize("stack", SECONDARIES)
def test_a_copy_that_falls_behind_is_told_within_the_recovery_point(stack: str) -> None:
    """Fifteen minutes are the guide's most (AT-112): more than a minute behind, for ten, is said."""
    alarm = secondary(stack).named("monitoring-alarms-database-replica-lag").inputs
    assert (alarm["metricName"], alarm["threshold"]) == ("ReplicaLag", 60)
    assert alarm["period"] * alarm["evaluationPeriods"] + alarm["threshold"] <= 15 * 60
    assert alarm["alarmActions"]
    # A copy that is being made reports nothing, and is no reason to take over; one that stops reporting is told.
    assert alarm["treatMissingData"] == "missing"
    assert alarm["insufficientDataActions"] == alarm["alarmActions"]


def test_the_region_that_is_told_to_takes_over_by_that_alarm_and_the_primarys_health() -> None:
    built = secondary(TAKER)
    alarm = built.named("monitoring-alarms-database-replica-lag").inputs["name"]
    assert built.named("failover-cut-off").document("eventPattern")["resources"][0].endswith(f":alarm:{alarm}")
    steps = {
        each["name"]: each["inputs"] for each in built.one("aws:ssm/document:Document").document("content")["mainSteps"]
    }
    given = given_out()["for_other_regions"]
    assert steps["judge"]["InputPayload"]["HealthCheckId"] == given["health_check_id"]
    assert steps["fence"]["InputPayload"] == {"Region": "us-east-1", "NetworkAclId": given["data_acl_id"]}
    copy = built.one(INSTANCE).inputs["identifier"]
    assert steps["promote"]["DBInstanceIdentifier"] == copy
    (change,) = steps["write_here"]["ChangeBatch"]["Changes"]
    assert change["ResourceRecordSet"]["Name"] == built.named("database-writer").inputs["name"]


def test_no_other_region_takes_over_by_itself() -> None:
    assert secondary(READER).one("aws:ssm/document:Document")
    assert not [each for each in secondary(READER).registrations if each.name == "failover-cut-off"]


def test_within_the_primary_region_a_standby_takes_over() -> None:
    assert primary().one(INSTANCE, "database-primary").inputs["multiAz"] is True


@pytest.mark.requirement("AT-39")
@pytest.mark.requirement("AT-109")
def test_the_trading_system_stands_by_in_a_second_region_from_the_same_workload_file() -> None:
    here, there = (built for _, built in _stand_by())
    for token in ("aws:eks/cluster:Cluster", "aws:lb/loadBalancer:LoadBalancer", INSTANCE):
        assert there.of_type(token)
    assert "replicateSourceDb" in there.one(INSTANCE).inputs
    assert here.one("aws:eks/cluster:Cluster").inputs["name"] == "ai-trading-prod"
    assert there.one("aws:eks/cluster:Cluster").inputs["name"] == "ai-trading-prod-eu-west-1"


@pytest.mark.requirement("AT-109")
def test_it_stands_by_as_a_pilot_light() -> None:
    (primary_settings, _), (stands_by, built) = _stand_by()
    services = built.named("application-workload").inputs["values"]["services"]
    assert services
    for name, service in services.items():
        stated = primary_settings.workload.services[name]
        grows = stated.scaling is not None
        assert service["replicas"]["minimum"] == (1 if grows else stated.replicas.minimum), name
        assert service["replicas"]["maximum"] == stated.replicas.maximum, name
    assert stands_by.stack.application.scale == "pilot"


@pytest.mark.requirement("AT-109")
@pytest.mark.requirement("AT-110")
def test_its_hosts_lead_there_when_the_primary_is_ill() -> None:
    for (_, built), role in zip(_stand_by(), ("PRIMARY", "SECONDARY"), strict=True):
        records = [each for each in built.of_type("aws:route53/record:Record") if "-dns-" in each.name]
        assert records
        for record in records:
            assert record.inputs["failoverRoutingPolicies"] == [{"type": role}]
            assert record.inputs["healthCheckId"] == "ingress-region-check-id"


def _stand_by() -> tuple[tuple[PlatformSettings, Recorder[Platform]], tuple[PlatformSettings, Recorder[Platform]]]:
    there = secondary(TAKER, STAND_BY)
    return (settings(PRIMARY, STAND_BY), primary(STAND_BY)), (settings(TAKER, STAND_BY), there)


def test_a_stack_that_gives_out_too_little_is_named() -> None:
    given = {**given_out()}
    given["for_other_regions"] = {key: value for key, value in given["for_other_regions"].items() if key != "vpc_id"}
    with pytest.raises(Exception, match=r"stack prod gives out no for_other_regions\.vpc_id"):
        beside_the_primary(settings(TAKER), given)


def test_a_primary_that_is_not_up_yet_is_named() -> None:
    with pytest.raises(Exception, match=r"stack prod has no output \w+: bring it up first"):
        beside_the_primary(settings(TAKER), {})


def test_a_region_that_the_primary_does_not_know_is_refused() -> None:
    with pytest.raises(SettingsError, match="add eu-west-2 to replica_regions"):
        settings(TAKER, region="eu-west-2", zones=["eu-west-2a", "eu-west-2b", "eu-west-2c"])


def test_the_other_regions_write_to_a_database_that_was_restored() -> None:
    restored = settings(PRIMARY, database={"restored": {"host": "restored.us-east-1.rds.amazonaws.com"}})
    recorder = build(lambda: Platform("platform", restored))
    given = recorder.value(recorder.result.exports["for_other_regions"])
    assert given["database_host"] == "restored.us-east-1.rds.amazonaws.com"
    assert given["database_arn"] == given_out()["for_other_regions"]["database_arn"]
