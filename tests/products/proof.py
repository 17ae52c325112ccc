"""What the whole platform of a product registers, and rows of figures that are looked for in it.

A proof starts from the product's own file: it fails when the figure in workloads/<product>.yaml is changed
(`make mutants`).
"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.charts.rendering import at
from tests.charts.whole_platform import recorded

DATABASE = "aws:rds/instance:Instance"
PARAMETERS = "aws:rds/parameterGroup:ParameterGroup"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
CACHE_PARAMETERS = "aws:elasticache/parameterGroup:ParameterGroup"
LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
LISTENER_RULE = "aws:lb/listenerRule:ListenerRule"
HEALTH_CHECK = "aws:route53/healthCheck:HealthCheck"
WEB_ACL = "aws:wafv2/webAcl:WebAcl"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
RANDOM_BYTES = "random:index/randomBytes:RandomBytes"


def inputs(product: str, token: str, name: str, environment: str = "production") -> Mapping[str, Any]:
    """Return the inputs of the one resource of that type and logical name."""
    return recorded(product, environment).one(token, name).inputs


def rows(*stated: tuple[str, str, str, str, object]) -> list[Any]:
    """Make a parameter of each row: requirement, resource type, logical name, path into the inputs, figure."""
    return [
        pytest.param(
            token, name, path, figure, id=f"{requirement}-{name}-{path}", marks=pytest.mark.requirement(requirement)
        )
        for requirement, token, name, path, figure in stated
    ]


def figure(product: str, token: str, name: str, path: str) -> Any:
    """Return what stands at a path into a resource's inputs."""
    return at(inputs(product, token, name), path)
