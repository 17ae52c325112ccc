"""The way of a developer to a database that is published nowhere: a port forwarded through Session Manager."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import iam

from components.identity.pod_role import Statement

FORWARD_TO_HOST = "AWS-StartPortForwardingSessionToRemoteHost"
"""The session document that forwards a local port through a target to another host.
https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html"""


@dataclass(frozen=True, kw_only=True)
class DatabaseAccessArgs:
    """`through` allows sessions on what reaches the database, and nothing else on it; it names its own resources.

    `credential_arn` is of the application's role, `credential_key_arn` of the key that encrypts it.
    """

    prefix: str
    region: str
    account_id: Input[str]
    through: Sequence[Statement]
    credential_arn: Input[str] | None
    credential_key_arn: Input[str]


class DatabaseAccess(ComponentResource):
    """A policy to attach to developers' roles or permission sets; the database's network stays as it is (WX-24)."""

    policy_arn: Output[str]

    def __init__(self, name: str, args: DatabaseAccessArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:DatabaseAccess", name, None, opts)
        policy = iam.Policy(
            f"{name}-policy",
            name=f"{args.prefix}-database-access",
            description=f"Forward a port to the database of {args.prefix}, and read its application role",
            policy=Output.json_dumps({"Version": "2012-10-17", "Statement": _statements(args)}),
            opts=ResourceOptions(parent=self),
        )
        self.policy_arn = policy.arn
        self.register_outputs({"policyArn": self.policy_arn})


def _statements(args: DatabaseAccessArgs) -> list[Statement]:
    own = Output.concat(f"arn:aws:ssm:{args.region}:", args.account_id, ":session/${aws:userid}-*")
    statements: list[Statement] = [
        *args.through,
        {
            "Sid": "ForwardAndNothingElse",
            "Effect": "Allow",
            "Action": "ssm:StartSession",
            "Resource": f"arn:aws:ssm:{args.region}::document/{FORWARD_TO_HOST}",
        },
        {
            "Sid": "OwnSessions",
            "Effect": "Allow",
            "Action": ["ssm:TerminateSession", "ssm:ResumeSession", "ssmmessages:OpenDataChannel"],
            "Resource": own,
        },
    ]
    if args.credential_arn is not None:
        statements += [
            {
                "Sid": "ReadTheApplicationsRole",
                "Effect": "Allow",
                "Action": "secretsmanager:GetSecretValue",
                "Resource": args.credential_arn,
            },
            {
                "Sid": "DecryptIt",
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": args.credential_key_arn,
                "Condition": {"StringEquals": {"kms:ViaService": f"secretsmanager.{args.region}.amazonaws.com"}},
            },
        ]
    return statements
