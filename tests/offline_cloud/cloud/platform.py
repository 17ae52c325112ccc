"""A small platform in memory, accepted by the rules piece by piece, for the tests to break."""

import json

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import ACCOUNT_ID, Properties, Record, Value
from tests.offline_cloud.cloud.memory import Memory, create

SERVICES = ["eks.amazonaws.com", "ec2.amazonaws.com", "pods.eks.amazonaws.com"]
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": SERVICES}, "Action": "sts:AssumeRole"}],
    }
)
CLUSTER = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
WORKER = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
DATABASE: Properties = {
    "identifier": "shop",
    "engine": "postgres",
    "engineVersion": "17.5",
    "instanceClass": "db.m7g.large",
    "allocatedStorage": 100,
    "storageType": "gp3",
    "username": "master",
    "manageMasterUserPassword": True,
    "backupRetentionPeriod": 7,
    "skipFinalSnapshot": True,
}
KEPT: Properties = {
    "manageMasterUserPassword": None,
    "passwordWo": "a-password-of-the-platform",
    "passwordWoVersion": 1,
}
"""What makes DATABASE an instance that may have replicas: RDS does not manage its password."""
CACHE: Properties = {
    "replicationGroupId": "shop",
    "description": "sessions",
    "engine": "redis",
    "engineVersion": "7.1",
    "numNodeGroups": 2,
    "replicasPerNodeGroup": 1,
    "automaticFailoverEnabled": True,
    "multiAzEnabled": True,
    "transitEncryptionEnabled": True,
    "transitEncryptionMode": "required",
}


class Platform(Memory):
    """VPC, two subnets, gateway, security group, role and cluster."""

    def __init__(self, region: str = "us-east-1") -> None:
        super().__init__(region)
        self.vpc = create(self, facts.VPC, "vpc", cidrBlock="10.0.0.0/16", enableDnsHostnames=True)
        self.subnets = [
            create(
                self, facts.SUBNET, f"subnet-{n}", vpcId=self.vpc.id, cidrBlock=f"10.0.{n}.0/24", availabilityZone=zone
            )
            for n, zone in enumerate(f"{region}{letter}" for letter in "ab")
        ]
        self.gateway = create(self, facts.INTERNET_GATEWAY, "gateway", vpcId=self.vpc.id)
        self.group = create(self, facts.SECURITY_GROUP, "group", name="group", vpcId=self.vpc.id)
        self.role = create(self, facts.ROLE, "role", name="node", assumeRolePolicy=TRUST)
        create(self, facts.ROLE_ATTACHMENT, "role-policy", role=self.role.id, policyArn=CLUSTER)

    @property
    def subnet_ids(self) -> list[Value]:
        return [subnet.id for subnet in self.subnets]

    def cluster(self, **inputs: object) -> Record:
        network = {"subnetIds": list(self.subnet_ids), "securityGroupIds": [self.group.id]}
        stated: dict[str, object] = {"name": "shop", "roleArn": self.role.arn, "vpcConfig": network, **inputs}
        return create(self, facts.CLUSTER, "cluster", **stated)  # pyright: ignore[reportArgumentType] - test values

    def database(self, name: str = "database", /, **inputs: object) -> Record:
        return create(self, facts.DATABASE, name, **{**DATABASE, **inputs})  # pyright: ignore[reportArgumentType]

    def balancer(self, name: str = "balancer", /, **inputs: object) -> Record:
        stated: dict[str, object] = {"name": name, "subnets": self.subnet_ids, "securityGroups": [self.group.id]}
        return create(self, facts.LOAD_BALANCER, name, **{**stated, **inputs})  # pyright: ignore[reportArgumentType]

    def target_group(self, name: str = "web", /) -> Record:
        stated: Properties = {"name": name, "port": 80, "protocol": "HTTP", "vpcId": self.vpc.id, "targetType": "ip"}
        return create(self, facts.TARGET_GROUP, name, **stated)


ROOT = f"arn:aws:iam::{ACCOUNT_ID}:root"
