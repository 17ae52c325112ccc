"""Rules over what must not be lost."""

from collections.abc import Iterator

from policies.about import critical, low
from policies.rule import PRODUCTION, resource_rule
from policies.view import UNKNOWN, Resource

RETIRING = "Retiring"
"""The tag on what a stack permits to be deleted."""

STATEFUL = (
    "aws:rds/instance:Instance",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:efs/fileSystem:FileSystem",
    "aws:s3/bucket:Bucket",
    "aws:kms/key:Key",
    "aws:secretsmanager/secret:Secret",
    "aws:backup/vault:Vault",
    "aws:ecr/repository:Repository",
)


def is_copy(resource: Resource) -> bool:
    """Whether it is a read replica within its region, which holds nothing that its source does not."""
    source = resource.value("replicateSourceDb")
    return source is UNKNOWN or (isinstance(source, str) and not source.startswith("arn:"))


def retiring(resource: Resource) -> bool:
    """Whether its deletion is permitted in the stack's file, which refuses a permit whose time is over."""
    return resource.has(f"tags.{RETIRING}")


@resource_rule(
    "stateful-protected",
    "What holds production data is protected from deletion",
    *STATEFUL,
    about=critical(
        "A change that replaces the resource deletes its data.",
        "Pass the options of stateful(...), which protect it.",
    ),
    environments=PRODUCTION,
)
def stateful_protected(resource: Resource) -> Iterator[str]:
    if not (resource.protect or is_copy(resource) or retiring(resource)):
        yield "the option protect is off; pass stateful(...) options"


@resource_rule(
    "tags-named",
    "Everything can be traced to a product and a stack",
    "pulumi:providers:aws",
    about=low(
        "Nobody can say whose a resource is, or what it costs whom.",
        "Set Product, Environment and Stack in the provider's defaultTags.",
    ),
)
def tags_named(provider: Resource) -> Iterator[str]:
    for tag in ("Product", "Environment", "Stack"):
        if not provider.has(f"defaultTags.tags.{tag}"):
            yield f"defaultTags lacks {tag}"


RULES = (stateful_protected, tags_named)
