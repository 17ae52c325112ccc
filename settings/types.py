"""The field's vocabulary as pydantic types: names, quantities, addresses, schedules."""

import re
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from settings.quantities import (
    CPU_ALLOWED,
    CRON_ALLOWED,
    MEMORY_ALLOWED,
    cpu_quantity,
    cron_schedule,
    mebibytes,
    memory_quantity,
    millicores,
)
from settings.vocabulary import Means, refusal

__all__ = ["mebibytes", "millicores"]

_PREFIX = re.compile(r"(?P<address>[0-9]{1,3}(?:\.[0-9]{1,3}){3})/(?P<length>[0-9]{1,2})", re.ASCII)
_NETWORK_ALLOWED = "an IPv4 range in CIDR notation, such as 10.0.0.0/16"


def _network(value: str) -> str:
    if _PREFIX.fullmatch(value) is None:
        raise refusal(_NETWORK_ALLOWED, "write address and prefix length, as in '10.0.0.0/16'")
    try:
        meant = IPv4Network(value, strict=False)
    except ValueError:
        raise refusal(_NETWORK_ALLOWED, "numbers are 0-255, the prefix length 0-32") from None
    if str(meant) != value:
        raise refusal(f"{_NETWORK_ALLOWED}, with no bits set behind the prefix", f"write {str(meant)!r}")
    return value


Name = Annotated[
    str,
    Field(pattern=r"^[a-z]([-a-z0-9]*[a-z0-9])?$", max_length=40),
    Means("at most 40 lower-case letters, digits and hyphens, a letter first", "api-server"),
]
"""A DNS label, as Kubernetes and AWS both accept it."""

PortName = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=15),
    Means("at most 15 lower-case letters, digits and hyphens", "http"),
]
"""A Kubernetes port name: at most 15 characters."""

VariableName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$", max_length=128),
    Means("letters, digits, underscores, dots and hyphens, a letter or underscore first", "DATABASE_URL"),
]
"""Kubernetes takes these (apimachinery, pkg/util/validation: IsEnvVarName), and ECS what Docker's --env takes. A shell
cannot name a variable with a dot or a dash; the process that wants it can."""
PortNumber = Annotated[int, Field(ge=1, le=65535)]
Days = Annotated[int, Field(ge=1, le=3650)]
"""How long something is kept that is kept in S3, ECR or a backup vault: up to ten years."""
Percent = Annotated[int, Field(ge=1, le=100)]
Cpu = Annotated[str, AfterValidator(cpu_quantity), Means(CPU_ALLOWED, "500m", r"^([0-9]+(\.[0-9]{1,3})?|[0-9]+m)$")]
Memory = Annotated[str, AfterValidator(memory_quantity), Means(MEMORY_ALLOWED, "512Mi", "^[0-9]+(Ki|Mi|Gi|Ti)$")]
Cron = Annotated[str, AfterValidator(cron_schedule), Means(CRON_ALLOWED, "0 2 * * *", r"^[-*/,0-9]+( +[-*/,0-9]+){4}$")]
Network = Annotated[
    str, AfterValidator(_network), Means(_NETWORK_ALLOWED, "10.0.0.0/16", r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$")
]
"""An IPv4 range in CIDR notation."""

DomainName = Annotated[
    str,
    Field(pattern=r"^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$", min_length=4, max_length=253),
    Means("a domain in lower case with at least two parts, no scheme and no path", "example.com"),
]
_DNS_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
DNS_NAME = rf"{_DNS_LABEL}(\.{_DNS_LABEL})*"
"""Labels of 1 to 63 letters, digits and hyphens, no hyphen first or last (RFC 1123, section 2.1)."""

HostLabel = Annotated[
    str,
    Field(pattern=rf"^(@|{DNS_NAME})$", max_length=120),
    Means(
        "a name below the stack's domain in lower case, its parts of 1 to 63 letters, digits and inner hyphens,"
        " or '@' for the domain itself",
        "api",
    ),
]
"""A host relative to the stack's domain: `api` is api.<domain>, `@` the domain itself."""

UrlPath = Annotated[
    str,
    Field(pattern=r"^/[!$-~]*$", max_length=255),
    Means("a path that starts with /, of at most 255 ASCII characters without blanks and #", "/health"),
]
"""A path that somebody asks for, with its query; 255 characters is what Route 53's health checks take."""

FolderPath = Annotated[
    str,
    Field(pattern=r"^(/\.?[A-Za-z0-9_-][A-Za-z0-9._-]*)+$", max_length=200),
    Means("a path in the container that starts with /: letters, digits and . _ -, without .. and empty parts", "/data"),
]
"""A file or folder in a container. A file's path becomes a key of a ConfigMap, which takes these characters
(https://kubernetes.io/docs/concepts/configuration/configmap/)."""

HeaderText = Annotated[
    str,
    Field(pattern=r"^[!-~]([ -~]*[!-~])?$", min_length=1, max_length=1024),
    Means("one line of at most 1,024 ASCII characters", "default-src 'self'"),
]
"""The value of an HTTP header (RFC 9110, section 5.5), without what was only ever tolerated in one."""

Reason = Annotated[
    str,
    Field(pattern=r"^\S.{8,498}\S$"),
    Means("a sentence of 10 to 500 characters in one line that says why", "Anyone may read; a key is needed to write"),
]
"""Why something is open or left out that is closed or there for everybody else."""

ImageRepository = Annotated[
    str,
    Field(pattern=r"^([a-z0-9]+([.-][a-z0-9]+)*(:[0-9]+)?/)?[a-z0-9]+([._/-][a-z0-9]+|__[a-z0-9]+)*$", max_length=255),
    Means("an image's registry and name in lower case, without its tag", "example/api-server"),
]
ImageTag = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$"),
    Means("at most 128 letters, digits, '_', '.' and '-'", "v1.0.0"),
]
ImageDigest = Annotated[
    str, Field(pattern=r"^sha256:[0-9a-f]{64}$"), Means("sha256: and 64 hexadecimal digits", "sha256:" + "0" * 64)
]
DatabaseClass = Annotated[
    str,
    Field(pattern=r"^db\.[a-z0-9]+\.(micro|small|medium|large|[0-9]*xlarge)$"),
    Means("an RDS instance class: db.<family>.<size>", "db.m7g.large"),
]
CacheNodeType = Annotated[
    str,
    Field(pattern=r"^cache\.[a-z0-9]+\.(micro|small|medium|large|[0-9]*xlarge)$"),
    Means("an ElastiCache node type: cache.<family>.<size>", "cache.m7g.large"),
]
InstanceType = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|metal|[0-9]*xlarge)$"),
    Means("an EC2 instance type: <family>.<size>", "m7i.large"),
]
Arn = Annotated[
    str,
    Field(pattern=r"^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:.+$"),
    Means("an Amazon Resource Name", "arn:aws:iam::000000000000:role/operator"),
]
Endpoint = Annotated[
    str,
    Field(
        pattern=rf"^{DNS_NAME}:([1-9][0-9]{{0,3}}|[1-5][0-9]{{4}}|6[0-4][0-9]{{3}}|65[0-4][0-9]{{2}}|655[0-2][0-9]|6553[0-5])$",
        max_length=259,
    ),
    Means("a host and a port up to 65535", "bus.example.com:9876"),
]
Email = Annotated[
    str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), Means("an e-mail address", "operations@example.com")
]
Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$"), Means("the name of an AWS region", "us-east-1")]
Zone = Annotated[
    str,
    Field(pattern=r"^([a-z]{2}(-[a-z]+)+-[0-9][a-z]|[a-z]{3,5}[0-9]-az[0-9])$"),
    Means("an availability zone: its id, or its name", "use1-az1"),
]
"""An id is the same zone in every account; a name such as us-east-1a is another zone in each.
https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html"""
DailyWindow = Annotated[
    str,
    Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$"),
    Means("hh:mm-hh:mm in UTC", "01:00-01:45"),
]
WeeklyWindow = Annotated[
    str,
    Field(
        pattern=r"^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-"
        r"(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$"
    ),
    Means("ddd:hh:mm-ddd:hh:mm in UTC, days as mon … sun", "sun:03:00-sun:04:00"),
]
LogRetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]
"""The retention periods that CloudWatch Logs accepts (API reference, PutRetentionPolicy)."""
