"""Rules over the policies of resources: none lets principals of every account in."""

from collections.abc import Iterator

from policies.about import About, critical, high
from policies.documents import actions, allowing, narrowed, open_to_anybody, resources
from policies.rule import ResourceRule, resource_rule
from policies.view import Resource

_FIX = "Name the accounts or roles in Principal, or add a condition on aws:PrincipalOrgID or aws:SourceAccount."


def _open_to_anybody(policy: Resource) -> Iterator[str]:
    for statement in allowing(policy, "policy"):
        if open_to_anybody(statement):
            name = statement.get("Sid", "without a Sid")
            yield f"statement {name} allows {', '.join(actions(statement))} to Principal *; name who may"


def _closed(name: str, what: str, about: About, *types: str) -> ResourceRule:
    return resource_rule(name, f"{what} let principals of other accounts in by name alone", *types, about=about)(
        _open_to_anybody
    )


key_policy_closed = _closed(
    "key-policy-closed",
    "Keys",
    critical("Anybody decrypts what the key protects.", _FIX, "CKV_AWS_33"),
    "aws:kms/key:Key",
    "aws:kms/keyPolicy:KeyPolicy",
)
secret_policy_closed = _closed(
    "secret-policy-closed",
    "Secrets",
    critical("Anybody whom the key admits reads the secret.", _FIX),
    "aws:secretsmanager/secretPolicy:SecretPolicy",
)
bucket_policy_closed = _closed(
    "bucket-policy-closed",
    "Buckets",
    critical("Anybody reads or writes the bucket's objects.", _FIX, "CKV_AWS_70", "PCI DSS 1.3.1", "SOC 2 CC6.1"),
    "aws:s3/bucketPolicy:BucketPolicy",
)
queue_policy_closed = _closed(
    "queue-policy-closed",
    "Queues",
    critical("Anybody reads messages, or sends their own.", _FIX, "CKV_AWS_168", "CKV_AWS_387"),
    "aws:sqs/queuePolicy:QueuePolicy",
)
topic_policy_closed = _closed(
    "topic-policy-closed",
    "Topics",
    critical("Anybody subscribes to messages, or sends their own.", _FIX, "CKV_AWS_169", "CKV_AWS_385"),
    "aws:sns/topicPolicy:TopicPolicy",
)
image_policy_closed = _closed(
    "image-policy-closed",
    "Image repositories",
    critical("Anybody pulls the product's images, or pushes their own.", _FIX, "CKV_AWS_32"),
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
)


@resource_rule(
    "endpoint-policy-closed",
    "A VPC endpoint does not carry everything to everybody",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    about=high(
        "Data leaves through the endpoint for another account's resources.",
        "Limit the statement by aws:PrincipalAccount or aws:ResourceAccount, or name resources.",
    ),
)
def endpoint_policy_closed(endpoint: Resource) -> Iterator[str]:
    for statement in allowing(endpoint, "policy"):
        everything = "*" in actions(statement) and "*" in resources(statement)
        if everything and open_to_anybody(statement) and not narrowed(statement, "aws:resource"):
            yield "the policy allows every action on every resource; limit it by aws:ResourceAccount"


@resource_rule(
    "message-policy-names-actions",
    "The policy of a queue or a topic names the actions it allows",
    "aws:sqs/queuePolicy:QueuePolicy",
    "aws:sns/topicPolicy:TopicPolicy",
    about=high(
        "Who may send a message may delete the queue, or change who may reach it.",
        "Name the actions that are used.",
        "CKV_AWS_72",
    ),
)
def message_policy_names_actions(policy: Resource) -> Iterator[str]:
    for statement in allowing(policy, "policy"):
        if {"*", "sqs:*", "sns:*"} & set(actions(statement)):
            yield "a statement allows every action; name the actions that are used"


RULES = (
    key_policy_closed,
    secret_policy_closed,
    bucket_policy_closed,
    queue_policy_closed,
    topic_policy_closed,
    image_policy_closed,
    endpoint_policy_closed,
    message_policy_names_actions,
)
