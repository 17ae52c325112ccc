"""Encrypted volumes: a node class and a storage class whose key those who ask for the volumes may not use."""

import json

import pytest

from offline_cloud.cloud.model import Properties, Value
from tests.offline_cloud.kubernetes.clouds import Cloud, said, thing
from tests.offline_cloud.kubernetes.test_custom_resources import node_class, node_pool

ACCOUNT = "arn:aws:iam::000000000000"
KEY = "arn:aws:kms:eu-central-1:000000000000:key/data"
USE = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"]
SPOT_ROLE = f"{ACCOUNT}:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot"
STORAGE_CLASS = thing(
    "storage.k8s.io/v1", "StorageClass", "gp3", provisioner="ebs.csi.aws.com", parameters={"kmsKeyId": KEY}
)


EBS: Properties = {"encrypted": True, "volumeSize": "50Gi"}


def encrypted(key: str = KEY) -> Properties:
    return node_class(blockDeviceMappings=[{"deviceName": "/dev/xvda", "ebs": EBS | {"kmsKeyID": key}}])


def allow(actions: list[str], **more: Value) -> Value:
    return {"Effect": "Allow", "Action": [*actions], **more}


def account(cloud: Cloud, name: str, *statements: Value) -> None:
    """Give a service account of kube-system a role with these statements."""
    arn = f"{ACCOUNT}:role/{name}"
    role = cloud.add("aws:iam/role:Role", name, {"name": name}, arn=arn)
    policy = json.dumps({"Statement": list(statements)})
    cloud.add("aws:iam/rolePolicy:RolePolicy", name, {"role": role.id, "policy": policy})
    cloud.add(
        "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        name,
        {"clusterName": "prod", "namespace": "kube-system", "serviceAccount": name, "roleArn": arn},
    )


def key(cloud: Cloud, *statements: Value) -> None:
    own = allow(["kms:*"], Principal={"AWS": f"{ACCOUNT}:root"}, Resource="*")
    cloud.add("aws:kms/key:Key", "data", {"policy": json.dumps({"Statement": [own, *statements]})}, arn=KEY)


@pytest.fixture
def ready(cloud: Cloud) -> Cloud:
    cloud.add("aws:iam/role:Role", "nodes", {"name": "nodes"})
    cloud.add("aws:ec2/subnet:Subnet", "a", {"tags": {"karpenter.sh/discovery": "prod"}})
    cloud.upstream("karpenter", namespace="kube-system")
    return cloud


def test_nodes_whose_key_karpenter_may_not_use_end_before_they_join(ready: Cloud) -> None:
    key(ready)
    account(ready, "karpenter", allow(["ec2:RunInstances"], Resource="*"))
    refused = said(ready.objects(encrypted()))
    assert "EC2NodeClass default: spec.blockDeviceMappings[0].ebs.kmsKeyID" in refused
    assert "role/karpenter may not kms:CreateGrant, kms:Decrypt" in refused
    account(ready, "karpenter", allow(USE, Resource=KEY))
    assert "role/karpenter may not" not in said(ready.objects(encrypted(), name="second"))


def test_spot_nodes_need_the_key_for_spots_own_role(ready: Cloud) -> None:
    account(ready, "karpenter", allow(USE, Resource=KEY))
    spot: Properties = {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["spot"]}
    key(ready)
    assert "AWSServiceRoleForEC2Spot may not" in said(ready.objects(encrypted(), node_pool(requirements=[spot])))
    assert said(ready.objects(encrypted(), node_pool())) == ""


def test_the_keys_policy_can_let_spot_in(ready: Cloud) -> None:
    account(ready, "karpenter", allow(USE, Resource=KEY))
    spot: Properties = {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["spot"]}
    key(ready, allow(USE, Principal={"AWS": SPOT_ROLE}, Resource="*"))
    assert said(ready.objects(encrypted(), node_pool(requirements=[spot]))) == ""


def test_claims_whose_key_the_driver_may_not_use_are_never_bound(ready: Cloud) -> None:
    key(ready)
    account(ready, "ebs-csi-controller-sa", allow(USE[1:], Resource=KEY))
    refused = said(ready.objects(STORAGE_CLASS))
    assert "StorageClass gp3: parameters.kmsKeyId" in refused
    assert "role/ebs-csi-controller-sa may not kms:CreateGrant with this key" in refused


def test_claims_whose_key_the_driver_may_use_are_bound(ready: Cloud) -> None:
    key(ready)
    account(ready, "ebs-csi-controller-sa", allow(USE, Resource=KEY))
    assert said(ready.objects(STORAGE_CLASS)) == ""
