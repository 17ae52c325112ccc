"""Each check against moto's account: what is there, what is missing, and the remedy."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from settings import PlatformSettings
from settings.existing import ExistingSettings, ExistingZone
from settings.raw import Raw
from tests.tools.ready.cases import aws, case, one, stack, states
from tools.ready.account import Account
from tools.ready.checks import access, domain, images, people, quotas, reach, roles, secrets, state, zones

DOMAIN = "domain openibank.com"


def _in_zone(zone_id: str) -> PlatformSettings:
    """Stack prod in a hosted zone of moto's, whose ids begin with any letter."""
    settings = stack()
    existing = ExistingSettings(zone=ExistingZone.model_construct(id=zone_id))
    return settings.model_copy(update={"stack": settings.stack.model_copy(update={"existing": existing})})


def test_a_letter_is_the_zone_that_the_account_makes_of_it(account: Account) -> None:
    """Of moto's account, us-east-1e is use1-az3."""
    settings = stack(zones=["us-east-1a", "us-east-1b", "us-east-1e"])
    first, second, third = zones.check(case(settings, account))
    assert (first.state, first.found) == ("ok", "us-east-1a is use1-az6")
    assert (second.state, second.found) == ("ok", "us-east-1b is use1-az1")
    assert (third.state, third.found) == ("missing", "us-east-1e is use1-az3, which EKS refuses")
    assert "use1-az1, use1-az2, use1-az4" in third.remedy
    assert "use1-az3" not in third.remedy


def test_tasks_run_in_every_zone(account: Account) -> None:
    settings = stack("budget", zones=["us-east-1a", "us-east-1e"])
    assert [line.state for line in zones.check(case(settings, account))] == ["ok", "ok"]


def test_roles_that_come_too_late_are_missing_and_the_others_are_not(account: Account) -> None:
    # Moto gives service-linked roles names of its own.
    aws("iam").create_role(RoleName="AWSServiceRoleForRDS", AssumeRolePolicyDocument="{}")
    lines = list(roles.check(case(stack(), account)))
    assert not states(lines, "role AWSServiceRoleForRDS")
    cache = one(lines, "role AWSServiceRoleForElastiCache")
    assert cache.state == "missing"
    assert cache.remedy == "aws iam create-service-linked-role --aws-service-name elasticache.amazonaws.com"
    assert one(lines, "role AWSServiceRoleForAmazonEKS").state == "to do"
    assert one(lines, "service-linked roles").found.startswith("1 of ")


def test_an_external_secret_has_to_be_there(account: Account) -> None:
    (before,) = secrets.check(case(stack(), account))
    assert (before.state, before.found) == ("missing", "openibank/prod/ISSUER_KEYPAIR is not there")
    assert "--name openibank/prod/ISSUER_KEYPAIR" in before.remedy
    client = aws("secretsmanager")
    client.create_secret(Name="openibank/prod/ISSUER_KEYPAIR", SecretString="{}")
    assert [line.state for line in secrets.check(case(stack(), account))] == ["ok"]
    client.delete_secret(SecretId="openibank/prod/ISSUER_KEYPAIR")
    (after,) = secrets.check(case(stack(), account))
    assert (after.state, after.found) == ("missing", "openibank/prod/ISSUER_KEYPAIR is about to be deleted")


def test_images_have_to_be_in_ecr_where_the_pods_pull_from_it(account: Account) -> None:
    pulls = stack(application={"registry": "ecr"})
    makes = stack(application={"registry": "ecr", "repositories": True})
    subject = "image openibank/api-server:v1.0.0"
    assert one(list(images.check(case(pulls, account))), subject).state == "missing"
    assert one(list(images.check(case(makes, account))), subject).state == "to do"
    client = aws("ecr")
    client.create_repository(repositoryName="openibank/api-server")
    absent = one(list(images.check(case(makes, account))), subject)
    assert (absent.state, absent.found) == ("missing", "it is not in ECR")
    manifest = '{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json"}'
    client.put_image(repositoryName="openibank/api-server", imageManifest=manifest, imageTag="v1.0.0")
    assert one(list(images.check(case(makes, account))), subject).state == "ok"


def test_images_of_another_registry_are_named_and_not_asked(account: Account) -> None:
    for line in images.check(case(stack(), account)):
        assert line.state == "not asked"
        assert line.remedy.startswith(f"docker manifest inspect {line.subject.removeprefix('image ')}")


def test_a_hosted_zone_of_the_same_name_is_found_before_another_is_made(account: Account) -> None:
    assert one(list(domain.check(case(stack(), account))), DOMAIN).state == "to do"
    made = aws("route53").create_hosted_zone(Name="openibank.com", CallerReference="1")["HostedZone"]["Id"]
    line = one(list(domain.check(case(stack(), account))), DOMAIN)
    assert made.rsplit("/", 1)[-1] in line.remedy


@pytest.mark.parametrize(
    ("said", "expected"), [("ns-1.example.net.\n", "missing"), ("", "missing"), (None, "ok")]
)  # fmt: skip
def test_the_worlds_name_servers_lead_to_the_stated_zone(
    account: Account, monkeypatch: pytest.MonkeyPatch, said: str | None, expected: str
) -> None:
    made = aws("route53").create_hosted_zone(Name="openibank.com", CallerReference="1")
    zone_id = made["HostedZone"]["Id"].rsplit("/", 1)[-1]
    servers = made["DelegationSet"]["NameServers"]
    answer = f"{servers[0].upper()}.\n" if said is None else said

    def dig(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 0, answer, "")

    monkeypatch.setattr(subprocess, "run", dig)
    (line,) = domain.check(case(_in_zone(zone_id), account))
    assert line.state == expected
    if expected == "missing":
        assert servers[0] in line.remedy


def test_a_stated_zone_is_public_and_of_the_domain(account: Account) -> None:
    (absent,) = domain.check(case(stack(existing={"zone": {"id": "Z0123456789ABCDEFGHIJ"}}), account))
    assert (absent.state, absent.found) == ("missing", "there is no hosted zone Z0123456789ABCDEFGHIJ")
    other = aws("route53").create_hosted_zone(Name="example.com", CallerReference="2")["HostedZone"]["Id"]
    (wrong,) = domain.check(case(_in_zone(other.rsplit("/", 1)[-1]), account))
    assert wrong.found.endswith("is of example.com")


@pytest.mark.parametrize(
    ("lacks", "expected"),
    [
        ("session-manager-plugin", ["missing"]),
        ("aws", ["missing"]),
        ("nothing", ["ok"]),
    ],
)
def test_a_tunnel_takes_two_programs(lacks: str, expected: list[str]) -> None:
    found = reach.check(case(stack(), which=lambda program: None if program == lacks else f"/bin/{program}"))
    assert [line.state for line in found] == expected


def test_stated_ranges_and_networks_are_named() -> None:
    public = stack(cluster={"api_access": "public", "public_access_cidrs": ["203.0.113.0/24"]})
    assert "must come from 203.0.113.0/24" in next(iter(reach.check(case(public)))).found
    network = stack(cluster={"api_access": "network", "network_access": {"cidrs": ["10.200.0.0/16"]}})
    assert "must come from 10.200.0.0/16" in next(iter(reach.check(case(network)))).found
    assert not list(reach.check(case(stack("budget"))))


def test_what_a_runner_is_peered_with_has_to_exist(account: Account) -> None:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.200.0.0/16")["Vpc"]["VpcId"]
    access: dict[str, Raw] = {
        "cidrs": ["10.200.0.0/16"],
        "peering": {"vpc_id": vpc, "route_table_ids": ["rtb-0123456789abcdef0"]},
    }
    lines = list(reach.check(case(stack(cluster={"api_access": "network", "network_access": access}), account)))
    assert [line.state for line in lines] == ["to do", "ok", "missing"]
    assert lines[1].found == f"{vpc} is there"
    assert "rtb-0123456789abcdef0" in lines[2].found


def test_somebody_has_to_be_told() -> None:
    (nobody,) = people.check(case(stack("dev")))
    assert (nobody.state, nobody.found) == ("missing", "alarms go off, and nobody is told")
    (told,) = people.check(case(stack(monitoring={"emails": ["operations@example.com"]})))
    assert told.state == "to do"
    assert "follow the link" in told.remedy
    (stated,) = people.check(case(stack(monitoring={"emails": [], "unattended": True})))
    assert (stated.state, stated.found) == ("ok", "nobody is told, as monitoring.unattended says")


def _project(folder: Path, text: str) -> Path:
    (folder / "Pulumi.prod.yaml").write_text(text)
    return folder


def test_the_state_has_a_place_with_old_versions_and_a_key(account: Account, tmp_path: Path) -> None:
    project = _project(tmp_path, "secretsprovider: awskms://alias/pulumi?region=us-east-1\n")
    given = {"PULUMI_BACKEND_URL": "s3://acme-state?region=us-east-1"}
    asked = case(stack(), account, project=project, environment=given)
    assert [line.state for line in state.check(asked)] == ["missing", "missing"]
    s3, kms = aws("s3"), aws("kms")
    s3.create_bucket(Bucket="acme-state")
    unversioned = one(list(state.check(asked)), "state")
    assert unversioned.found == "bucket acme-state keeps no old versions"
    s3.put_bucket_versioning(Bucket="acme-state", VersioningConfiguration={"Status": "Enabled"})
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/pulumi", TargetKeyId=key)
    assert [line.state for line in state.check(asked)] == ["ok", "ok"]
    kms.disable_key(KeyId=key)
    assert one(list(state.check(asked)), "the state's secrets").found == "key alias/pulumi is Disabled"


@pytest.mark.parametrize(
    ("file", "environment", "expected"),
    [
        ("{}", {}, ["missing", "missing"]),
        ("{}", {"PULUMI_BACKEND_URL": "https://api.pulumi.com"}, ["ok", "ok"]),
        ("encryptionsalt: v1:x\n", {"PULUMI_BACKEND_URL": "file://~"}, ["to do", "missing"]),
        ("encryptionsalt: v1:x\n", {"PULUMI_BACKEND_URL": "file://~", "PULUMI_CONFIG_PASSPHRASE": ""}, ["to do", "ok"]),
        ("secretsprovider: hashivault://key\n", {"PULUMI_BACKEND_URL": "gs://acme"}, ["ok", "ok"]),
    ],
)  # fmt: skip
def test_where_the_state_is_without_asking(
    tmp_path: Path, file: str, environment: dict[str, str], expected: list[str]
) -> None:
    asked = case(stack(), project=_project(tmp_path, file), environment={"HOME": str(tmp_path), **environment})
    assert [line.state for line in state.check(asked)] == expected


def test_the_last_login_counts(tmp_path: Path) -> None:
    (tmp_path / ".pulumi").mkdir()
    (tmp_path / ".pulumi" / "credentials.json").write_text('{"current": "https://api.pulumi.com"}')
    asked = case(stack(), project=_project(tmp_path, "{}"), environment={"HOME": str(tmp_path)})
    assert one(list(state.check(asked)), "state").found == "https://api.pulumi.com"


def test_vpcs_that_are_there_already_take_room(account: Account) -> None:
    """Moto has one VPC of its own, and allows five as AWS does."""
    subject = "quota of VPCs"
    assert one(list(quotas.check(case(stack(), account))), subject).state == "ok"
    ec2 = aws("ec2")
    for number in range(4):
        ec2.create_vpc(CidrBlock=f"10.{200 + number}.0.0/16")
    full = one(list(quotas.check(case(stack(), account))), subject)
    assert (full.state, full.found) == ("missing", "5, of which 5 are taken; this stack takes 1")
    assert "--service-code vpc --quota-code L-F678F1CE --desired-value 6" in full.remedy
    ec2.create_vpc(
        CidrBlock="10.0.0.0/16",
        TagSpecifications=[
            {
                "ResourceType": "vpc",
                "Tags": [
                    {"Key": "Product", "Value": "openibank"},
                    {"Key": "Stack", "Value": "prod"},
                    {"Key": "ManagedBy", "Value": "groundwork"},
                ],
            }
        ],
    )
    standing = one(list(quotas.check(case(stack(), account))), "quota of NAT gateways in a zone")
    assert standing.state == "ok"


def test_a_quota_that_is_not_known_is_not_asked(account: Account) -> None:
    line = one(list(quotas.check(case(stack(), account))), "quota of EKS clusters")
    assert line.state == "not asked"
    assert "Service Quotas does not know L-1194D53C" in line.found


class _Deployer(Account):
    """An account whose credentials are a session of the role deploy, and the clusters in it."""

    def __init__(self, *clusters: str) -> None:
        super().__init__("us-east-1", None)
        self.clusters = clusters

    def ask(self, service: str, operation: str, region: str | None = None, **parameters: Any) -> dict[str, Any]:
        del service, region, parameters
        session = "arn:aws:sts::123456789012:assumed-role/deploy/run-7"
        return {"Arn": session} if operation == "get_caller_identity" else {"clusters": list(self.clusters)}


def _let_in(principal: str) -> PlatformSettings:
    return stack(access=[{"name": "pipeline", "principal": principal, "policy": "cluster-admin"}])


def test_whoever_makes_the_cluster_is_let_in_once_whatever_the_roles_path() -> None:
    (twice,) = access.check(case(_let_in("arn:aws:iam::123456789012:role/pipelines/deploy"), _Deployer()))
    assert twice.state == "missing"
    assert "409" in twice.found
    assert "out of `access`" in twice.remedy
    for other in ("123456789012:role/deployer", "999999999999:role/deploy", "123456789012:user/deploy"):
        (once,) = access.check(case(_let_in(f"arn:aws:iam::{other}"), _Deployer()))
        assert once.state == "ok", other


def test_a_cluster_that_stands_may_have_another_creator() -> None:
    settings = _let_in("arn:aws:iam::123456789012:role/deploy")
    assert list(access.check(case(settings, _Deployer(settings.prefix)))) == []


def test_without_credentials_nobody_knows_who_makes_the_cluster() -> None:
    assert [line.state for line in access.check(case(_let_in("arn:aws:iam::123456789012:role/deploy")))] == [
        "not asked"
    ]
