"""Outputs of hosted zones and records."""

from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.model import Properties, Value, text


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
