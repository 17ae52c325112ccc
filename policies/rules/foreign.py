"""Rules over accounts that are not the stack's own.

Which account is its own is read from the ARNs of its resources: the one that most of them name. In a first preview
these are not known yet, and the policies made of them neither; the update that follows judges both.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from policies.about import critical, high
from policies.documents import ROLE, Statement, allowing, principals
from policies.graph import of_type
from policies.parameters import Parameter
from policies.rule import Level, stack_rule
from policies.view import UNKNOWN, Resource

PARTNERS: Parameter[tuple[str, ...]] = Parameter(
    "foreign-account-in-policy", "accounts", (), "accounts of partners, and others of one's own, that may be let in"
)
_OF_RESOURCES: Final = (
    "aws:backup/vaultPolicy:VaultPolicy",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
    "aws:efs/fileSystemPolicy:FileSystemPolicy",
    "aws:kms/key:Key",
    "aws:kms/keyPolicy:KeyPolicy",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:secretsmanager/secretPolicy:SecretPolicy",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:sqs/queuePolicy:QueuePolicy",
)
_ENTRIES: Final = ("aws:eks/accessEntry:AccessEntry", "aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
_ARN = re.compile(r"^arn:[\w-]+:[\w-]*:[\w-]*:(\d{12}):")
_PRINCIPAL = re.compile(r"^(?:arn:[\w-]+:(?:iam|sts)::)?(\d{12})(?::|$)")
_DOCUMENTS = ("policy", "assumeRolePolicy")


def _own(resources: Sequence[Resource]) -> str | None:
    """The account that most ARNs of the stack name; None while no ARN is known."""
    counted = Counter(
        found[1] for resource in resources for text in _texts(resource) if (found := _ARN.match(text)) is not None
    )
    most = counted.most_common(1)
    return most[0][0] if most else None


def _texts(resource: Resource) -> Iterator[str]:
    """The texts of a resource's properties, first level and lists, documents left out."""
    if resource.type in _ENTRIES:
        return
    for name in resource.properties:
        if name in _DOCUMENTS:
            continue
        value = resource.value(name)
        if isinstance(value, str):
            yield value
        elif isinstance(value, Sequence):
            yield from (str(each) for each in resource.items(name))


def _foreign(stated: str, own: str) -> bool:
    found = _PRINCIPAL.match(stated)
    return found is not None and found[1] not in (own, *PARTNERS.value)


def _in_statements(policy: Resource, path: str, own: str) -> Iterator[str]:
    for statement in allowing(policy, path):
        yield from (each for each in principals(statement, "AWS") if _foreign(each, own) and not _of_aws(statement))


def _of_aws(statement: Statement) -> bool:
    """AWS's own accounts deliver logs in the older regions, to what the statement names as a path of theirs."""
    actions: Any = statement.get("Action")
    return actions in ("s3:PutObject", ["s3:PutObject"]) and "/AWSLogs/" in str(
        cast("Mapping[str, object]", statement).get("Resource")
    )


@stack_rule(
    "foreign-account-in-policy",
    "The policies of keys, secrets, buckets, queues and topics let no other account in",
    about=high(
        "Somebody else's account reads the data, and nobody here decides who of it.",
        "Take the account out, or list it in the rule's parameter accounts.",
        "CKV_AWS_385",
        "PCI DSS 7.2.1",
    ),
    level=Level.ADVISORY,
)
def foreign_account_in_policy(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    own = _own(resources)
    for policy in of_type(resources, *_OF_RESOURCES) if own else ():
        for account in _in_statements(policy, "policy", str(own)):
            yield policy, f"{account} is of another account; take it out, or list it in the rule's parameter"


@stack_rule(
    "foreign-account-in-trust",
    "No other account takes a role of the stack, unless it is listed",
    about=high(
        "Whoever holds that account does here what the role may do.",
        "Take the account out, or list it in the parameter accounts of foreign-account-in-policy.",
    ),
    level=Level.ADVISORY,
)
def foreign_account_in_trust(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    own = _own(resources)
    for role in of_type(resources, ROLE) if own else ():
        for account in _in_statements(role, "assumeRolePolicy", str(own)):
            yield role, f"{account} is of another account; take it out, or list it as a partner"


@stack_rule(
    "foreign-account-in-cluster",
    "No identity of another account enters the cluster, unless it is listed",
    about=critical(
        "Whoever holds that account holds the cluster, and what runs on it.",
        "Delete the access entry, or list the account in the parameter accounts of foreign-account-in-policy.",
    ),
    level=Level.ADVISORY,
)
def foreign_account_in_cluster(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    own = _own(resources)
    for entry in of_type(resources, _ENTRIES[0]) if own else ():
        principal = entry.value("principalArn")
        if principal is not UNKNOWN and _foreign(str(principal), str(own)):
            yield entry, f"{principal} is of another account; delete the entry, or list the account"


RULES = (foreign_account_in_policy, foreign_account_in_trust, foreign_account_in_cluster)
