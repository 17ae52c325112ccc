"""Rules over what must not be lost."""

from collections.abc import Iterator

from policies.about import critical, low
from policies.parameters import Parameter
from policies.rule import PRODUCTION, resource_rule
from policies.view import UNKNOWN, Resource

_TAGGED = (
    "aws:ec2/instance:Instance",
    "aws:ebs/volume:Volume",
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:s3/bucket:Bucket",
    "aws:dynamodb/table:Table",
    "aws:lambda/function:Function",
    "aws:eks/cluster:Cluster",
    "aws:ecs/cluster:Cluster",
)

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


REQUIRED: Parameter[tuple[str, ...]] = Parameter(
    "resource-tagged", "tags", (), "names of tags that every resource has to carry itself; none by itself"
)


def _with_tags(resource: Resource) -> dict[str, object]:
    """The tags that are missing, with a value that says so: a resource without an owner is found by it."""
    stated = resource.properties_at("tags")
    return {"tags": {**stated, **{each: "unassigned" for each in REQUIRED.value if each not in stated}}}


@resource_rule(
    "resource-tagged",
    "What costs money carries the tags that a stack asks for",
    *_TAGGED,
    repair=_with_tags,
    about=low(
        "Nobody can say whose a resource is, or what it costs whom.",
        "Set the tags of the rule's parameter, on the resource or in the provider's defaultTags.",
    ),
)
def resource_tagged(resource: Resource) -> Iterator[str]:
    """Programs of one provider state them in its defaultTags, which the resource's own tags do not show."""
    if resource.value("tags") is UNKNOWN:
        return
    missing = [each for each in REQUIRED.value if each not in resource.names("tags")]
    if missing:
        yield f"tags lacks {', '.join(missing)}; set it"


RULES = (stateful_protected, tags_named, resource_tagged)
