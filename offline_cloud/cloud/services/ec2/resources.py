"""What is known of each type of EC2: networks, addresses, gateways and what stands in them, beside what is derived."""

from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Check, Dependents, Document, Resource, Resources, Role
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.wordings import exactly_one, matches, one_of, ordered, when, within
from offline_cloud.cloud.services.ec2 import deletion, network, outputs, peering, transit

_ROUTE_TARGETS: Final = (
    "carrierGatewayId", "coreNetworkArn", "egressOnlyGatewayId", "gatewayId", "localGatewayId", "natGatewayId",
    "networkInterfaceId", "odbNetworkArn", "transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId",
)  # fmt: skip
_DESTINATIONS: Final = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
_EC2_TEXT: Final = r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}"
"""CreateSecurityGroup and IpRange; refused as in https://github.com/hashicorp/terraform-provider-aws/issues/18874."""
_EC2_WORDS: Final = "up to 255 of a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$* (no apostrophe)"


def _described(*paths: str) -> tuple[Check, ...]:
    return tuple(matches(path, _EC2_TEXT, _EC2_WORDS) for path in paths)


_PEERS: Final = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
_RULE_PORTS: Final = (
    when("ipProtocol", "tcp", "udp").needs("fromPort"), when("ipProtocol", "tcp", "udp").needs("toPort"),
    ordered("fromPort", "toPort"),
    when("ipProtocol", "-1").takes("fromPort", -1), when("ipProtocol", "-1").takes("toPort", -1),
)  # fmt: skip
_PROTOCOLS: Final = ("tcp", "udp", "icmp", "icmpv6", "-1", "6", "17", "1", "58")
_KEEP_ONE: Final = "keep one of the two"
_ONE_RULE: Final = once(
    "securityGroupId ipProtocol? fromPort? toPort? cidrIpv4? cidrIpv6? prefixListId? referencedSecurityGroupId?",
    "InvalidPermission.Duplicate", "the specified rule already exists in {securityGroupId}", _KEEP_ONE,
)  # fmt: skip
_INTERFACES: Final = {
    facts.NAT_GATEWAY: "subnetId", facts.LOAD_BALANCER: "subnets[] securityGroups[]",
    facts.ENDPOINT: "subnetIds[] securityGroupIds[]", facts.NODE_GROUP: "subnetIds[]",
    facts.CLUSTER: "vpcConfig.subnetIds[] vpcConfig.securityGroupIds[]", facts.FARGATE_PROFILE: "subnetIds[]",
    facts.INSTANCE_GROUP: "vpcZoneIdentifiers[]", facts.PROXY: "vpcSubnetIds[] vpcSecurityGroupIds[]",
    "aws:rds/proxyEndpoint:ProxyEndpoint": "vpcSubnetIds[] vpcSecurityGroupIds[]",
    facts.DATABASE: "vpcSecurityGroupIds[]", facts.CACHE: "securityGroupIds[]",
    facts.MOUNT_TARGET: "subnetId securityGroups[]", facts.CANARY: "vpcConfig.subnetIds[] vpcConfig.securityGroupIds[]",
    facts.FUNCTION: "vpcConfig.subnetIds[] vpcConfig.securityGroupIds[]",
}  # fmt: skip
"""What has network interfaces: in which subnets, and with which security groups."""

RESOURCES: Resources = {
    "aws:ebs/volume:Volume": Resource(
        checks=(
            when("type", "io1", "io2").needs("iops"), within("throughput", 125, 2000),
            when("type", "gp2", "standard", "st1", "sc1").excludes("iops"),
            when("type", "gp2", "standard", "st1", "sc1", "io1", "io2").excludes("throughput"),
        ),
    ),
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": Resource(
        id="{defaultNetworkAclId}", outputs=outputs.DefaultOutputs("network-acl", "defaultNetworkAclId"),
    ),
    "aws:ec2/defaultRouteTable:DefaultRouteTable": Resource(
        id="{defaultRouteTableId}", outputs=outputs.DefaultOutputs("route-table", "defaultRouteTableId"),
    ),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": Resource(
        id=outputs.default_security_group_id, outputs={"name": "default", "description": "default VPC security group"},
    ),
    facts.ELASTIC_IP: Resource(
        id="eipalloc-0{hex16}", outputs=outputs.elastic_ip,
        held_by=Dependents("InvalidIPAddress.InUse", {facts.NAT_GATEWAY: "allocationId"}),
    ),
    facts.FLOW_LOG: Resource(
        id="fl-0{hex16}", outputs={"arn": "arn:aws:ec2:{region}:{account}:vpc-flow-log/{id}"},
        # https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
        role=Role(
            "iamRoleArn",
            needs=("logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"),
        ),
        checks=(
            one_of("maxAggregationInterval", 60, 600),
            exactly_one(
                "vpcId", "subnetId", "eniId", "transitGatewayId", "transitGatewayAttachmentId", "regionalNatGatewayId",
            ),
            when("logDestinationType", None, "cloud-watch-logs").needs("iamRoleArn"),
        ),
    ),
    "aws:ec2/instance:Instance": Resource(
        checks=(matches("ami", r"ami-[0-9a-f]{8,17}|resolve:ssm:.+", "an image's id, ami-…"),),
    ),
    facts.INTERNET_GATEWAY: Resource(
        id="igw-0{hex16}",
        unique=once(
            "vpcId", "Resource.AlreadyAssociated", "VPC {vpcId} already has an internet gateway attached",
            "use that one",
        ),
        creates=(transit.enforced,), deletes=(deletion.mapped_addresses,),
    ),
    facts.LAUNCH_TEMPLATE: Resource(
        id="lt-0{hex16}", outputs=outputs.launch_template, names={"iamInstanceProfile.name": facts.INSTANCE_PROFILE},
        unique=once("name", "InvalidLaunchTemplateName.AlreadyExistsException"),
    ),
    "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation": Resource(
        id="rtbassoc-0{hex16}", outputs=outputs.main_route_table_association,
    ),
    facts.NAT_GATEWAY: Resource(
        id="nat-0{hex16}", outputs=outputs.nat_gateway,
        unique=once(
            "allocationId", "Resource.AlreadyAssociated", "Elastic IP address [{allocationId}] is already associated",
            "allocate an address for each NAT gateway",
        ),
        checks=(
            when("availabilityMode", "regional").excludes("subnetId"),
            when("availabilityMode", None, "zonal").needs("subnetId"),
            when("availabilityMode", None, "zonal").then(
                when("connectivityType", None, "public").needs("allocationId"),
            ),
            when("connectivityType", "private").excludes("allocationId"),
        ),
        creates=(network.needs_internet_gateway, transit.enforced),
    ),
    facts.NETWORK_ACL: Resource(id="acl-0{hex16}"),
    "aws:ec2/networkAclAssociation:NetworkAclAssociation": Resource(id="aclassoc-0{hex16}"),
    facts.NETWORK_ACL_RULE: Resource(
        id="nacl-{digits10}", unique=once("networkAclId egress? ruleNumber", "NetworkAclEntryAlreadyExists"),
        checks=(within("ruleNumber", 1, 32766),),
    ),
    "aws:ec2/placementGroup:PlacementGroup": Resource(
        checks=(within("partitionCount", 1, 7), when("strategy", "cluster", "spread").excludes("partitionCount")),
    ),
    facts.ROUTE: Resource(
        id="r-{routeTableId}{digits10}", outputs={"state": "active", "origin": "CreateRoute"},
        unique=(
            once(
                "routeTableId destinationCidrBlock", "RouteAlreadyExists",
                "The route identified by {destinationCidrBlock} already exists in {routeTableId}", _KEEP_ONE,
            ),
            once(
                "routeTableId destinationIpv6CidrBlock", "RouteAlreadyExists",
                "The route identified by {destinationIpv6CidrBlock} already exists in {routeTableId}", _KEEP_ONE,
            ),
            once(
                "routeTableId destinationPrefixListId", "RouteAlreadyExists",
                "The route identified by {destinationPrefixListId} already exists in {routeTableId}", _KEEP_ONE,
            ),
        ),
        checks=(exactly_one(*_ROUTE_TARGETS), exactly_one(*_DESTINATIONS)), states=(peering.leads_from_its_end,),
    ),
    facts.ROUTE_TABLE: Resource(id="rtb-0{hex16}"),
    facts.ROUTE_TABLE_ASSOCIATION: Resource(
        id="rtbassoc-0{hex16}",
        unique=once(
            "subnetId", "Resource.AlreadyAssociated", "The subnet {subnetId} is associated with a route table already",
            "associate each subnet once",
        ),
        states=(network.table_of_its_network,),
    ),
    facts.SECURITY_GROUP: Resource(
        id="sg-0{hex16}", unique=once("vpcId? name", "InvalidGroup.Duplicate"),
        checks=(
            *_described("description", "ingress[].description", "egress[].description"),
            matches("name", rf"(?!sg-){_EC2_TEXT}", f"{_EC2_WORDS}, and no sg- in front"),
        ),
        held_by=Dependents(
            "DependencyViolation",
            {
                facts.NAT_GATEWAY: "subnetId", facts.LOAD_BALANCER: "subnets[] securityGroups[]",
                facts.ENDPOINT: "subnetIds[] securityGroupIds[]",
                facts.CLUSTER: "vpcConfig.subnetIds[] vpcConfig.securityGroupIds[]", facts.NODE_GROUP: "subnetIds[]",
                facts.INSTANCE_GROUP: "vpcZoneIdentifiers[]", facts.FARGATE_PROFILE: "subnetIds[]",
                facts.PROXY: "vpcSubnetIds[] vpcSecurityGroupIds[]",
                "aws:rds/proxyEndpoint:ProxyEndpoint": "vpcSubnetIds[] vpcSecurityGroupIds[]",
                facts.DATABASE: "vpcSecurityGroupIds[]", facts.CACHE: "securityGroupIds[]",
                facts.MOUNT_TARGET: "subnetId securityGroups[]",
                facts.CANARY: "vpcConfig.subnetIds[] vpcConfig.securityGroupIds[]",
                facts.FUNCTION: "vpcConfig.subnetIds[] vpcConfig.securityGroupIds[]",
                facts.INGRESS_RULE: "referencedSecurityGroupId", facts.EGRESS_RULE: "referencedSecurityGroupId",
                facts.SECURITY_GROUP: "ingress[].securityGroups[] egress[].securityGroups[]",
            },
        ),
    ),
    facts.SUBNET: Resource(
        id="subnet-0{hex16}", outputs=outputs.subnet, checks=(network.check_subnet,), states=(network.subnet_in_vpc,),
        deletes=(deletion.subnet_groups,),
        held_by=Dependents("DependencyViolation", _INTERFACES),
    ),
    facts.VPC: Resource(
        id="vpc-0{hex16}", outputs=outputs.vpc,
        checks=(when("ipv4IpamPoolId", None).needs("cidrBlock"), network.check_vpc),
        held_by=Dependents(
            "DependencyViolation",
            {
                facts.SUBNET: "vpcId", facts.SECURITY_GROUP: "vpcId", facts.INTERNET_GATEWAY: "vpcId",
                facts.ROUTE_TABLE: "vpcId", facts.ENDPOINT: "vpcId", facts.NAT_GATEWAY: "vpcId",
                facts.NETWORK_ACL: "vpcId",
            },
        ),
    ),
    "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": Resource(id="dopt-0{hex16}"),
    "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": Resource(id="{dhcpOptionsId}-{vpcId}"),
    "aws:ec2/vpcEncryptionControl:VpcEncryptionControl": Resource(
        id="vpcec-0{hex16}", outputs={"state": "available"}, states=(transit.blocked,),
    ),
    facts.ENDPOINT: Resource(
        id="vpce-0{hex16}", outputs=outputs.endpoint,
        document=Document("policy", "resource", 20_480, "InvalidPolicyDocument"),
        checks=(
            when("vpcEndpointType", None, "Gateway").excludes("subnetIds", "securityGroupIds", "privateDnsEnabled"),
            network.check_endpoint,
        ),
        states=(network.one_vpc("subnetIds", "securityGroupIds"), network.endpoint_zones),
    ),
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": Resource(id="{vpcEndpointId}"),
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": Resource(
        id="a-{vpcEndpointId}{digits10}",
    ),
    "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": Resource(
        checks=(matches("cidrBlock", r".+/(1[6-9]|2[0-8])", "a block of /16 to /28"),),
    ),
    facts.PEERING: Resource(
        id="pcx-0{hex16}", outputs={"acceptStatus": "pending-acceptance", "peerOwnerId": "{account}"},
        unique=once("vpcId peerVpcId", "VpcPeeringConnectionAlreadyExists"),
        checks=(when("peerRegion").excludes("autoAccept"),),
        states=(peering.two_networks,), creates=(transit.enforced,),
    ),
    facts.PEERING_ACCEPTER: Resource(
        id="{vpcPeeringConnectionId}", outputs=outputs.peering_accepter, states=(peering.accepted_where_it_leads,),
    ),
    facts.EGRESS_RULE: Resource(
        id="sgr-0{hex16}",
        outputs={"arn": "arn:aws:ec2:{region}:{account}:security-group-rule/{id}", "securityGroupRuleId": "{id}"},
        unique=_ONE_RULE,
        checks=(*_RULE_PORTS, exactly_one(*_PEERS), *_described("description"), one_of("ipProtocol", *_PROTOCOLS)),
    ),
    facts.INGRESS_RULE: Resource(
        id="sgr-0{hex16}",
        outputs={"arn": "arn:aws:ec2:{region}:{account}:security-group-rule/{id}", "securityGroupRuleId": "{id}"},
        unique=_ONE_RULE,
        checks=(*_RULE_PORTS, exactly_one(*_PEERS), *_described("description"), one_of("ipProtocol", *_PROTOCOLS)),
    ),
}  # fmt: skip
