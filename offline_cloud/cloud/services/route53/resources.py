"""What is known of each type of Route 53, beside what is derived."""

from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Dependents, Missing, Resource, Resources
from offline_cloud.cloud.core.uniqueness import ever
from offline_cloud.cloud.core.wordings import one_of, when, within
from offline_cloud.cloud.services.route53 import outputs, rules

_ROUTING: Final = (
    "weightedRoutingPolicies", "failoverRoutingPolicies", "latencyRoutingPolicies", "geolocationRoutingPolicies",
)  # fmt: skip

_QUERY_LOG_ASSOCIATION: Final = "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation"

RESOURCES: Resources = {
    facts.HEALTH_CHECK: Resource(
        id="{uuid}", missing=Missing("NoSuchHealthCheck"),
        checks=(one_of("requestInterval", 10, 30), within("failureThreshold", 1, 10)),
    ),
    "aws:route53/queryLog:QueryLog": Resource(
        id="{uuid}", outputs={"arn": "arn:aws:route53:::queryloggingconfig/{id}"}, ids={"zoneId": facts.ZONE},
    ),
    facts.DNS_RECORD: Resource(
        id=outputs.record_id, outputs=outputs.record, ids={"zoneId": facts.ZONE, "healthCheckId": facts.HEALTH_CHECK},
        unique=ever(
            "zoneId name type setIdentifier?", "InvalidChangeBatch",
            "Tried to create resource record set [name='{name}', type='{type}'] but it already exists",
        ),
        checks=(
            when("aliases", None).needs("records"), when("aliases").excludes("records", "ttl"),
            when("records").needs("ttl"), *(when(path).needs("setIdentifier") for path in _ROUTING),
            *(when(path).excludes(*(other for other in _ROUTING if other > path)) for path in _ROUTING),
            one_of("failoverRoutingPolicies[].type", "PRIMARY", "SECONDARY"), rules.addresses,
            within("weightedRoutingPolicies[].weight", 0, 255),
        ),
        states=(rules.in_its_zone,),
    ),
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": Resource(
        id="rqlc-{hex17}", outputs={"shareStatus": "NOT_SHARED", "ownerId": "{account}"},
        held_by=Dependents(
            "ResourceInUseException",
            {_QUERY_LOG_ASSOCIATION: "resolverQueryLogConfigId"},
        ),
    ),
    _QUERY_LOG_ASSOCIATION: Resource(id="rqlca-{hex17}"),
    facts.ZONE: Resource(
        id="Z{capitals20}", outputs=outputs.zone, missing=Missing("NoSuchHostedZone"),
        held_by=Dependents("HostedZoneNotEmpty", {facts.DNS_RECORD: "zoneId"}),
        emptied_by="forceDestroy",
    ),
}  # fmt: skip
