"""Broken policy documents: what identities may do, who may assume a role, whom a resource lets in."""

from typing import Any

from tests.policies.broken import DELETED, Broken, document

_ROLE = "aws:iam/role:Role"
_ROLE_POLICY, _GROUP_POLICY = "aws:iam/rolePolicy:RolePolicy", "aws:iam/groupPolicy:GroupPolicy"
_USER_POLICY, _KEY = "aws:iam/userPolicy:UserPolicy", "aws:iam/accessKey:AccessKey"
_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_OIDC = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
_SUB, _AUD = (f"token.actions.githubusercontent.com:{claim}" for claim in ("sub", "aud"))
_ACCOUNT = {"AWS": "arn:aws:iam::444455556666:root"}


def _web_identity(**condition: Any) -> str:
    return document(
        Action="sts:AssumeRoleWithWebIdentity", Principal={"Federated": _OIDC}, Condition={"StringLike": condition}
    )


def _open(action: str, **others: Any) -> str:
    return document(Action=action, Resource="*", Principal={"AWS": "*"}, **others)


_OPEN: list[Broken] = [
    ("key-policy-closed", "aws:kms/keyPolicy:KeyPolicy", "policy", _open("kms:Decrypt")),
    ("key-policy-closed", "aws:kms/keyPolicy:KeyPolicy", "policy", document(Action="kms:Decrypt", Principal="*")),
    (
        "secret-policy-closed",
        "aws:secretsmanager/secretPolicy:SecretPolicy",
        "policy",
        _open("secretsmanager:GetSecretValue"),
    ),
    ("bucket-policy-closed", "aws:s3/bucketPolicy:BucketPolicy", "policy", _open("s3:GetObject")),
    (
        "bucket-policy-closed",
        "aws:s3/bucketPolicy:BucketPolicy",
        "policy",
        # It names whom it leaves out, and so lets everybody else in.
        _open("s3:GetObject", Condition={"StringNotEquals": {"aws:PrincipalAccount": "444455556666"}}),
    ),
    (
        "bucket-policy-closed",
        "aws:s3/bucketPolicy:BucketPolicy",
        "policy",
        _open("s3:GetObject", Condition={"StringLike": {"aws:PrincipalArn": "*"}}),
    ),
    ("queue-policy-closed", "aws:sqs/queuePolicy:QueuePolicy", "policy", _open("sqs:SendMessage")),
    ("topic-policy-closed", "aws:sns/topicPolicy:TopicPolicy", "policy", _open("sns:Subscribe")),
    ("image-policy-closed", "aws:ecr/repositoryPolicy:RepositoryPolicy", "policy", _open("ecr:BatchGetImage")),
    ("endpoint-policy-closed", _ENDPOINT, "policy", _open("*")),
    ("message-policy-names-actions", "aws:sqs/queuePolicy:QueuePolicy", "policy", _open("sqs:*")),
    ("message-policy-names-actions", "aws:sns/topicPolicy:TopicPolicy", "policy", _open("*")),
]

_GRANTED: list[Broken] = [
    ("policy-names-actions", _GROUP_POLICY, "policy", document(Action="ec2:*", Resource="arn:aws:ec2:::a")),
    ("policy-names-actions", _ROLE, "inlinePolicies.0.policy", document(Action="*", Resource="arn:aws:s3:::b")),
    ("policy-names-resources", _ROLE, "inlinePolicies.0.policy", document(Action="s3:PutObject", Resource="*")),
    ("policy-no-exceptions", _ROLE_POLICY, "policy", document(NotAction="iam:*", Resource="arn:aws:s3:::b")),
    ("policy-no-exceptions", _ROLE_POLICY, "policy", document(Action="s3:PutObject", NotResource="arn:aws:s3:::b")),
    ("policy-secrets-named", _ROLE_POLICY, "policy", document(Action="secretsmanager:GetSecretValue", Resource="*")),
    (
        "policy-secrets-named",
        _ROLE_POLICY,
        "policy",
        document(Action="secretsmanager:Get*", Resource="arn:aws:secretsmanager:us-east-1:111122223333:secret:*"),
    ),
    ("policy-secrets-named", _ROLE_POLICY, "policy", document(Action="SSM:GetParameter*", Resource="*")),
    ("policy-objects-named", _ROLE_POLICY, "policy", document(Action="s3:GetObject", Resource="arn:aws:s3:::*")),
    ("policy-objects-named", _ROLE_POLICY, "policy", document(Action="s3:GetObject", NotResource="arn:aws:s3:::b")),
    ("policy-keys-named", _ROLE_POLICY, "policy", document(Action=["kms:Decrypt"], Resource=["*"])),
    ("policy-no-escalation", _ROLE_POLICY, "policy", document(Action="iam:PassRole", Resource="*")),
    ("policy-no-escalation", _ROLE_POLICY, "policy", document(Action="iam:Put*", Resource="arn:aws:iam::1:role/*")),
    ("policy-no-escalation", _ROLE_POLICY, "policy", document(Action="iam:CreatePolicyVersion", Resource="*")),
    ("no-broad-managed-policy", _ROLE, "managedPolicyArns", ["arn:aws:iam::aws:policy/PowerUserAccess"]),
    (
        "no-broad-managed-policy",
        "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
        "policyArn",
        "arn:aws:iam::aws:policy/IAMFullAccess",
    ),
    ("no-user-policies", _USER_POLICY, "user", "ben"),
    ("no-access-keys", _KEY, "user", "ben"),
]

_TRUSTED: list[Broken] = [
    ("role-trust-accounts-confined", _ROLE, "assumeRolePolicy", document(Action="sts:AssumeRole", Principal=_ACCOUNT)),
    (
        "role-trust-accounts-confined",
        _ROLE,
        "assumeRolePolicy",
        document(Action="sts:AssumeRole", Principal={"AWS": ["444455556666"]}),
    ),
    ("role-trust-oidc-confined", _ROLE, "assumeRolePolicy", _web_identity(**{_AUD: "sts.amazonaws.com"})),
    ("role-trust-oidc-confined", _ROLE, "assumeRolePolicy", _web_identity(**{_SUB: "repo:groundwork/groundwork:*"})),
    (
        "role-trust-oidc-confined",
        _ROLE,
        "assumeRolePolicy",
        _web_identity(**{_SUB: "repo:*", _AUD: "sts.amazonaws.com"}),
    ),
    (
        "role-trust-of-own-account",
        _ROLE,
        "assumeRolePolicy",
        document(Action="sts:AssumeRole", Principal={"Service": "scheduler.amazonaws.com"}),
    ),
]

BROKEN: list[Broken] = [*_OPEN, *_GRANTED, *_TRUSTED, ("endpoint-has-policy", _ENDPOINT, "policy", DELETED)]
