"""Outputs of load balancers, certificates, DNS and web ACLs."""

from typing import Final

from sandbox.cloud.identity.network import vpc_of_subnets
from sandbox.cloud.identity.regions import load_balancer_zone
from sandbox.cloud.identity.subject import Subject
from sandbox.cloud.model import ACCOUNT_ID, Properties, Value, digest, flag, items, text

_KINDS: Final = {"application": "app", "network": "net", "gateway": "gwy"}
_GLOBAL: Final = "CLOUDFRONT"


def load_balancer_id(subject: Subject) -> str:
    kind = _KINDS.get(subject.input("loadBalancerType", "application"), "app")
    return subject.arn("elasticloadbalancing", f"loadbalancer/{kind}/{subject.name}/{subject.hex(16)}")


def load_balancer(subject: Subject) -> Properties:
    internal = flag(subject.inputs, "internal") is True
    number = int(subject.hex(12, "host"), 16) % 9_000_000_000 + 1_000_000_000
    host = f"{'internal-' if internal else ''}{subject.name}-{number}.{subject.region}.elb.amazonaws.com"
    suffix = subject.id.partition("loadbalancer/")[2]
    if suffix.startswith("net/"):
        host = f"{subject.name}-{suffix.rsplit('/', 1)[-1]}.elb.{subject.region}.amazonaws.com"
    return {
        "arn": subject.id,
        "arnSuffix": suffix,
        "dnsName": host,
        "zoneId": load_balancer_zone(subject.region),
        "vpcId": vpc_of_subnets(subject, "subnets"),
    }


def listener_id(subject: Subject) -> str:
    balancer = subject.input("loadBalancerArn").replace(":loadbalancer/", ":listener/")
    return f"{balancer}/{subject.hex(16)}"


def listener_rule_id(subject: Subject) -> str:
    return f"{subject.input('listenerArn').replace(':listener/', ':listener-rule/')}/{subject.hex(16)}"


def target_group(subject: Subject) -> Properties:
    return {"arn": subject.id, "arnSuffix": subject.id.rpartition(":")[2], "loadBalancerArns": []}


def certificate(subject: Subject) -> Properties:
    domain = subject.input("domainName")
    others = [name for name in items(subject.inputs, "subjectAlternativeNames") if isinstance(name, str)]
    names = list(dict.fromkeys([domain, *others]))
    outputs: Properties = {
        "arn": subject.id,
        "status": "PENDING_VALIDATION",
        "type": "AMAZON_ISSUED",
        "renewalEligibility": "INELIGIBLE",
        "pendingRenewal": False,
        "domainValidationOptions": [],
        "validationEmails": [],
        "renewalSummaries": [],
        "notBefore": "",
        "notAfter": "",
    }
    if subject.input("validationMethod") == "DNS":
        outputs["domainValidationOptions"] = [_validation(name) for name in names if name]
    if "subjectAlternativeNames" not in subject.inputs:
        outputs["subjectAlternativeNames"] = [domain]
    return outputs


def _validation(domain: str) -> Properties:
    # A wildcard is validated by the record of the name it covers, so both share one record.
    name = domain.removeprefix("*.")
    challenge = digest("acm value", name, length=32)
    return {
        "domainName": domain,
        "resourceRecordName": f"_{digest('acm name', name, length=32)}.{name}.",
        "resourceRecordType": "CNAME",
        "resourceRecordValue": f"_{challenge}.{digest('acm', name, length=10)}.acm-validations.aws.",
    }


def zone(subject: Subject) -> Properties:
    number = int(subject.hex(4, "servers"), 16) % 512
    domains = ("com", "net", "org", "co.uk")
    servers: list[Value] = [
        f"ns-{number + 512 * index}.awsdns-{number % 64:02d}.{d}" for index, d in enumerate(domains)
    ]
    return {
        "zoneId": subject.id,
        "arn": f"arn:aws:route53:::hostedzone/{subject.id}",
        "nameServers": servers,
        "primaryNameServer": servers[0],
        "comment": subject.input("comment", "Managed by Pulumi"),
    }


def record_id(subject: Subject) -> str:
    base = f"{subject.input('zoneId')}_{subject.input('name').lower().rstrip('.')}_{subject.input('type')}"
    identifier = subject.input("setIdentifier")
    return f"{base}_{identifier}" if identifier else base


def record(subject: Subject) -> Properties:
    name = subject.input("name").rstrip(".")
    hosted = subject.referenced("zoneId", "aws:route53/zone:Zone")
    domain = (text(hosted.inputs, "name") or "").rstrip(".") if hosted else ""
    if domain and name != domain and not name.endswith(f".{domain}"):
        name = f"{name}.{domain}" if name else domain
    return {"fqdn": name}


def _scope(subject: Subject) -> str:
    return "global" if subject.input("scope") == _GLOBAL else "regional"


def web_acl(subject: Subject) -> Properties:
    return {
        "arn": subject.arn("wafv2", f"{_scope(subject)}/webacl/{subject.name}/{subject.id}"),
        "capacity": 50 * len(items(subject.inputs, "rules")),
        "lockToken": subject.uuid("lock"),
        "applicationIntegrationUrl": "",
    }


def ip_set(subject: Subject) -> Properties:
    return {
        "arn": subject.arn("wafv2", f"{_scope(subject)}/ipset/{subject.name}/{subject.id}"),
        "lockToken": subject.uuid("lock"),
    }


def distribution(subject: Subject) -> Properties:
    return {
        "arn": f"arn:aws:cloudfront::{ACCOUNT_ID}:distribution/{subject.id}",
        "domainName": f"d{subject.hex(13, 'domain')}.cloudfront.net",
        # The zone of every distribution: https://docs.aws.amazon.com/general/latest/gr/cf_region.html
        "hostedZoneId": "Z2FDTNDATAQYW2",
        "callerReference": f"terraform-{subject.hex(20, 'caller')}",
        "etag": f"E{subject.capitals(13, 'etag')}",
        "status": "Deployed",
        "inProgressValidationBatches": 0,
        "lastModifiedTime": "2026-01-01T00:00:00Z",
    }


def graph_api(subject: Subject) -> Properties:
    """Give the endpoints of an AppSync API: https://docs.aws.amazon.com/general/latest/gr/appsync.html."""
    host = f"{subject.hex(26, 'endpoint')}.{{}}.{subject.region}.amazonaws.com/graphql"
    uris: Properties = {
        "GRAPHQL": f"https://{host.format('appsync-api')}",
        "REALTIME": f"wss://{host.format('appsync-realtime-api')}",
    }
    return {"uris": uris}
