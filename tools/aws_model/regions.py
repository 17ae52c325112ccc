"""Instance classes and node types: which there are, and which a region offers. Source: cfn-lint's region tables."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tools.aws_model import botocore_models, conditions
from tools.aws_model.derive import Derived, Judged
from tools.aws_model.facts import Facts

_EC2: Final = "AWS::EC2::Instance instancetype"
PLACES: Final[Mapping[str, Mapping[str, str]]] = {
    "aws:ec2/instance:Instance": {"instanceType": _EC2},
    "aws:ec2/launchConfiguration:LaunchConfiguration": {"instanceType": _EC2},
    "aws:ec2/launchTemplate:LaunchTemplate": {"instanceType": _EC2},
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": {"instanceType": _EC2},
    "aws:eks/nodeGroup:NodeGroup": {"instanceTypes[]": _EC2},
    "aws:docdb/clusterInstance:ClusterInstance": {"instanceClass": "AWS::DocDB::DBInstance dbinstanceclass"},
    "aws:elasticache/cluster:Cluster": {"nodeType": "AWS::ElastiCache::CacheCluster cachenodetype"},
    "aws:elasticache/replicationGroup:ReplicationGroup": {"nodeType": "AWS::ElastiCache::CacheCluster cachenodetype"},
    "aws:neptune/clusterInstance:ClusterInstance": {"instanceClass": "AWS::Neptune::DBInstance dbinstanceclass"},
    "aws:opensearch/domain:Domain": {
        "clusterConfig.instanceType": "AWS::OpenSearchService::Domain clusterconfig.instancetype"
    },
    "aws:rds/clusterInstance:ClusterInstance": {"instanceClass": "AWS::RDS::DBInstance dbinstanceclass"},
    "aws:rds/instance:Instance": {"instanceClass": "AWS::RDS::DBInstance dbinstanceclass"},
    "aws:redshift/cluster:Cluster": {"nodeType": "AWS::Redshift::Cluster nodetype"},
    "aws:mq/broker:Broker": {"hostInstanceType": "AWS::AmazonMQ::Broker instancetype"},
    "aws:dax/cluster:Cluster": {"nodeType": "AWS::DAX::Cluster nodetype"},
}
"""Property of the SDK -> type of CloudFormation and the property whose region table it shares."""


def with_offers(judged: Judged) -> Judged:
    """Lay the region tables onto a type's derived inputs; raises ``ValueError`` for a place that does not exist."""
    root = judged.root
    for path, stated in PLACES.get(judged.type.token, {}).items():
        name, _, property = stated.partition(" ")
        offers = conditions.offered(name).get(property)
        if not offers:
            raise ValueError(f"regions.py: cfn-lint has no region table {stated}")
        root = _placed(root, path.replace("[]", ".[]").split("."), _every(offers, stated), judged.type.token)
    return replace(judged, root=root)


def _every(offers: Mapping[str, list[str]], stated: str) -> dict[str, frozenset[str]]:
    if stated != _EC2:
        return {region: frozenset(values) for region, values in offers.items()}
    # EC2's model knows types that no price list has yet: those are taken in every region.
    priced = frozenset[str]().union(*offers.values())
    more = botocore_models.values("ec2", "InstanceType") - priced
    return {region: frozenset(values) | more for region, values in offers.items()}


def _placed(derived: Derived, path: list[str], offers: Mapping[str, frozenset[str]], token: str) -> Derived:
    if not path:
        return replace(derived, facts=Facts(values=frozenset[str]().union(*offers.values())), offers=offers)
    head, rest = path[0], path[1:]
    if head == "[]" and derived.item is not None:
        return replace(derived, item=_placed(derived.item, rest, offers, token))
    if head not in derived.members:
        raise ValueError(f"regions.py: {token} has no property {head}")
    members = {**derived.members, head: _placed(derived.members[head], rest, offers, token)}
    return replace(derived, members=members)
