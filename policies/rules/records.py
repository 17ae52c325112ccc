"""Rules over what is written down of a network and of an account, and over who watches it."""

from collections.abc import Iterator, Sequence

from policies.about import high, low, medium
from policies.graph import of_type
from policies.rule import PRODUCTION, Level, resource_rule, stack_rule
from policies.view import Resource

_FLOW_LOG = "aws:ec2/flowLog:FlowLog"
_TRAIL = "aws:cloudtrail/trail:Trail"
_VPC = "aws:ec2/vpc:Vpc"
_QUERIES = "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation"
_DESTINATIONS = ("logDestination", "logGroupName")


@resource_rule(
    "flow-log-all-traffic",
    "A flow log holds what was let through too",
    _FLOW_LOG,
    about=medium(
        "What an intruder reached leaves no trace.",
        "Set trafficType to ALL.",
    ),
)
def flow_log_all_traffic(log: Resource) -> Iterator[str]:
    # A transit gateway's flow log has no such property.
    if log.has("trafficType") and not log.is_set("trafficType", "ALL"):
        yield f"trafficType is {log.value('trafficType')}; set ALL"


@resource_rule(
    "flow-log-arrives",
    "A flow log says where it is written",
    _FLOW_LOG,
    about=medium(
        "The log is there, and empty.",
        "Name a log group or a bucket in logDestination.",
    ),
)
def flow_log_arrives(log: Resource) -> Iterator[str]:
    if not any(log.has(each) for each in _DESTINATIONS):
        yield "logDestination is not set; name a log group or a bucket"


@stack_rule(
    "dns-queries-logged",
    "In production the names that a network asks for are written down",
    level=Level.ADVISORY,
    about=medium(
        "Data that leaves inside DNS queries is never seen.",
        "Associate a route53.ResolverQueryLogConfig with the VPC.",
    ),
)
def dns_queries_logged(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    if any(True for _ in of_type(resources, _QUERIES)):
        return
    for network in of_type(resources, _VPC):
        if network.held_to(PRODUCTION):
            yield network, "no ResolverQueryLogConfigAssociation names it; add one"


@resource_rule(
    "trail-every-region",
    "A trail holds what is done in every region",
    _TRAIL,
    about=high(
        "Who takes over the account works in a region that nobody looks at.",
        "Switch isMultiRegionTrail and includeGlobalServiceEvents on.",
        "CKV_AWS_67",
        "CIS AWS 3.1",
        "PCI DSS 10.2.1",
        "SOC 2 CC2.1",
        "SOC 2 CC7.2",
    ),
)
def trail_every_region(trail: Resource) -> Iterator[str]:
    if not trail.is_set("isMultiRegionTrail") or trail.value("includeGlobalServiceEvents") is False:
        yield "isMultiRegionTrail and includeGlobalServiceEvents must both be on"


@resource_rule(
    "trail-checked",
    "A trail's files can be checked for changes",
    _TRAIL,
    about=medium(
        "Who takes over the account takes what they did out of the trail.",
        "Switch enableLogFileValidation on.",
        "CKV_AWS_36",
        "CIS AWS 3.2",
        "PCI DSS 10.3.4",
        "SOC 2 CC7.3",
    ),
)
def trail_checked(trail: Resource) -> Iterator[str]:
    if not trail.is_set("enableLogFileValidation"):
        yield "enableLogFileValidation is off; switch it on"


@resource_rule(
    "trail-customer-key",
    "A trail is encrypted with a customer key",
    _TRAIL,
    about=medium(
        "Who may read the bucket reads who did what.",
        "Set kmsKeyId to a customer key.",
        "CKV_AWS_35",
        "CIS AWS 3.5",
        "PCI DSS 10.3.2",
    ),
)
def trail_customer_key(trail: Resource) -> Iterator[str]:
    if not trail.has("kmsKeyId"):
        yield "kmsKeyId is not set; name a customer key"


@resource_rule(
    "trail-heard-at-once",
    "A trail reaches CloudWatch Logs, where alarms read it",
    _TRAIL,
    about=low(
        "What was done is found days later, in a bucket.",
        "Set cloudWatchLogsGroupArn and cloudWatchLogsRoleArn.",
        "CKV2_AWS_10",
        "PCI DSS 10.4.1",
    ),
)
def trail_heard_at_once(trail: Resource) -> Iterator[str]:
    if not trail.has("cloudWatchLogsGroupArn"):
        yield "cloudWatchLogsGroupArn is not set; name a log group"


@resource_rule(
    "trail-on",
    "A trail writes",
    _TRAIL,
    about=high(
        "Nobody can say who did what from now on.",
        "Leave enableLogging on.",
        "CKV_AWS_251",
    ),
)
def trail_on(trail: Resource) -> Iterator[str]:
    if trail.value("enableLogging") is False:
        yield "enableLogging is off; switch it on"


@resource_rule(
    "recorder-on",
    "AWS Config records",
    "aws:cfg/recorderStatus:RecorderStatus",
    about=medium(
        "Nobody can say how a resource was before it was changed by hand.",
        "Switch isEnabled on.",
        "CKV2_AWS_45",
        "CIS AWS 3.3",
        "SOC 2 CC2.1",
    ),
)
def recorder_on(status: Resource) -> Iterator[str]:
    if not status.is_set("isEnabled"):
        yield "isEnabled is off; switch it on"


@resource_rule(
    "detector-on",
    "GuardDuty watches",
    "aws:guardduty/detector:Detector",
    about=high(
        "An intruder is noticed by what is missing.",
        "Leave enable on.",
        "CKV_AWS_238",
        "PCI DSS 11.5.1",
        "SOC 2 CC7.2",
    ),
)
def detector_on(detector: Resource) -> Iterator[str]:
    if detector.value("enable") is False:
        yield "enable is off; switch it on"


RULES = (
    flow_log_all_traffic,
    flow_log_arrives,
    dns_queries_logged,
    trail_every_region,
    trail_checked,
    trail_customer_key,
    trail_heard_at_once,
    trail_on,
    recorder_on,
    detector_on,
)
