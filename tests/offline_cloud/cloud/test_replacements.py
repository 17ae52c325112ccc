import pytest
from pulumi._types import input_type_types
from pulumi_kubernetes.helm.v3 import ReleaseArgs

from offline_cloud.provider.replacements import explicit, forces_replacement, verdicts
from tests.offline_cloud.cloud.sdk import arguments, classes, nested

TOKENS = sorted(classes())


@pytest.mark.parametrize("token", TOKENS)
def test_every_type_has_a_verdict(token: str) -> None:
    assert explicit(token) is not None


@pytest.mark.parametrize("token", TOKENS)
def test_verdicts_name_properties_that_exist(token: str) -> None:
    missing = {path for path in explicit(token) or () if not nested(arguments(token), path)}
    assert missing == set()


def test_there_is_no_verdict_on_a_type_the_sdks_do_not_have() -> None:
    assert {type for type in verdicts() if type.startswith("aws:")} == set(TOKENS)


def test_a_release_is_replaced_when_it_is_renamed_or_moved() -> None:
    assert explicit("kubernetes:helm.sh/v3:Release") == {"name", "namespace"}
    assert {"name", "namespace"} <= set(input_type_types(ReleaseArgs))


@pytest.mark.parametrize(
    ("token", "path", "verdict"),
    [
        ("aws:ec2/subnet:Subnet", "cidrBlock", True),
        ("aws:ec2/subnet:Subnet", "mapPublicIpOnLaunch", False),
        ("aws:ec2/subnet:Subnet", "region", True),
        ("aws:eks/nodeGroup:NodeGroup", "launchTemplate.id", True),
        ("aws:eks/nodeGroup:NodeGroup", "launchTemplate.version", None),
        ("aws:eks/nodeGroup:NodeGroup", "launchTemplate", False),
        ("aws:rds/instance:Instance", "instanceClass", False),
        ("aws:rds/instance:Instance", "kmsKeyId", True),
        ("random:index/randomPassword:RandomPassword", "length", True),
        ("aws:unheard/of:Of", "name", None),
        ("aws:dynamodb/table:Table", "name", True),
        ("aws:dynamodb/table:Table", "billingMode", False),
        ("aws:dynamodb/table:Table", "hashKey", True),
        ("aws:msk/cluster:Cluster", "brokerNodeGroupInfo.clientSubnets", True),
        ("aws:msk/cluster:Cluster", "brokerNodeGroupInfo.instanceType", None),
        ("aws:elb/loadBalancer:LoadBalancer", "subnets", False),
        ("aws:dynamodb/table:Table", "region", True),
    ],
)
def test_a_change_is_judged_by_its_path(token: str, path: str, verdict: bool | None) -> None:
    assert forces_replacement(token, path) is verdict
