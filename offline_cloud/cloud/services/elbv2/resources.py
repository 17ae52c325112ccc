"""What is known of each type of Elastic Load Balancing, beside what is derived."""

from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Dependents, Protection, Resource, Resources
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.wordings import matches, one_of, ordered, when, within
from offline_cloud.cloud.services.ec2 import network
from offline_cloud.cloud.services.elbv2 import outputs, rules

_BALANCER: Final = r"(?!internal-)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?"

RESOURCES: Resources = {
    facts.LISTENER: Resource(
        id=outputs.listener_id, outputs={"arn": "{id}"}, unique=once("loadBalancerArn port", "DuplicateListener"),
        checks=(
            when("protocol", "HTTPS", "TLS").needs("certificateArn"),
            when("protocol", "HTTP", "TCP", "UDP").excludes("certificateArn", "sslPolicy"),
            matches(
                "sslPolicy", r"ELBSecurityPolicy-[A-Za-z0-9-]+-20\d\d-\d\d|ELBSecurityPolicy-2016-08",
                "a policy of the ELB user guide",
            ),
            one_of("defaultActions[].redirect.statusCode", "HTTP_301", "HTTP_302"),
            matches("defaultActions[].fixedResponse.statusCode", r"[245]\d\d", "2XX, 4XX or 5XX"),
            when("protocol", "TCP", "UDP", "TCP_UDP", "TLS", "GENEVE", "QUIC", "TCP_QUIC").takes(
                "defaultActions[0].type", "forward",
            ),
            rules.check_listener,
        ),
        states=(
            rules.certificate_is_here, rules.groups_are_free, rules.fits_its_balancer, rules.speaks_over_tls,
            rules.forwards_alone,
        ),
    ),
    "aws:lb/listenerCertificate:ListenerCertificate": Resource(
        id="{listenerArn}_{certificateArn}", states=(rules.certificate_is_here,),
    ),
    facts.LISTENER_RULE: Resource(
        id=outputs.listener_rule_id, outputs={"arn": "{id}"}, unique=once("listenerArn priority", "PriorityInUse"),
        checks=(
            one_of("actions[].redirect.statusCode", "HTTP_301", "HTTP_302"),
            matches("actions[].fixedResponse.statusCode", r"[245]\d\d", "2XX, 4XX or 5XX"), rules.check_rule,
        ),
        states=(rules.groups_are_free, rules.speaks_over_tls, rules.forwards_alone),
    ),
    facts.LOAD_BALANCER: Resource(
        id=outputs.load_balancer_id, outputs=outputs.load_balancer,
        names={"accessLogs.bucket": facts.BUCKET, "connectionLogs.bucket": facts.BUCKET},
        unique=once("name", "DuplicateLoadBalancerName"),
        checks=(
            *(when(f"{path}.enabled", True).needs(f"{path}.bucket") for path in ("accessLogs", "connectionLogs")),
            within("idleTimeout", 1, 4000),
            matches("name", _BALANCER, "up to 32 letters, digits and hyphens, not at an end, no internal- in front"),
        ),
        states=(network.one_vpc("subnets", "securityGroups"), rules.in_two_zones),
        protected=Protection("enableDeletionProtection", "OperationNotPermitted"),
    ),
    facts.TARGET_GROUP: Resource(
        id="arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{hex16}", outputs=outputs.target_group,
        unique=once("name", "DuplicateTargetGroupName"),
        checks=(
            *(when("targetType", None, "instance", "ip").needs(path) for path in ("port", "protocol", "vpcId")),
            ordered("healthCheck.timeout", "healthCheck.interval", strictly=True),
            matches("name", _BALANCER, "up to 32 letters, digits and hyphens, not at an end, no internal- in front"),
            one_of("protocolVersion", "HTTP1", "HTTP2", "GRPC"),
            one_of(
                "stickiness.type", "lb_cookie", "app_cookie", "source_ip", "source_ip_dest_ip",
                "source_ip_dest_ip_proto",
            ),
            within("stickiness.cookieDuration", 1, 604_800), rules.check_codes,
        ),
        held_by=Dependents(
            "ResourceInUse",
            {
                facts.LISTENER: "defaultActions[].targetGroupArn defaultActions[].forward.targetGroups[].arn",
                facts.LISTENER_RULE: "actions[].targetGroupArn actions[].forward.targetGroups[].arn",
            },
        ),
    ),
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": Resource(id="{targetGroupArn}-{digits26}"),
}  # fmt: skip
