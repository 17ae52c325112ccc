"""Rules over what must not be lost."""

from collections.abc import Iterator

from policies.rule import PRODUCTION, resource_rule
from policies.view import Resource

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


@resource_rule(
    "stateful-protected", "What holds production data is protected from deletion", *STATEFUL, environments=PRODUCTION
)
def stateful_protected(resource: Resource) -> Iterator[str]:
    if not resource.protect:
        yield "the option protect is off; pass stateful(...) options"


@resource_rule("tags-named", "Everything can be traced to a product and a stack", "pulumi:providers:aws")
def tags_named(provider: Resource) -> Iterator[str]:
    for tag in ("Product", "Environment", "Stack"):
        if not provider.has(f"defaultTags.tags.{tag}"):
            yield f"defaultTags lacks {tag}"


RULES = (stateful_protected, tags_named)
