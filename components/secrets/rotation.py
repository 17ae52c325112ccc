"""Scheduled rotation of generated secrets, by a function that Secrets Manager calls."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pulumi import AssetArchive, ComponentResource, FileAsset, Input, Output, ResourceOptions
from pulumi_aws import cloudwatch, iam, lambda_, secretsmanager

from components.identity.granted import granted
from components.naming import bounded
from components.secrets.stored_secret import StoredSecret
from components.secrets.values import Form
from settings.facts import name_lengths
from settings.workload.secrets import GeneratedSecret

# Found from here, since the engine may run in another folder; it compares the file's content and not its path.
_CODE = Path(__file__).parent / "rotation_function" / "rotate.py"
_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


@dataclass(frozen=True, kw_only=True)
class Rotated:
    """A stored secret, its name, and the declaration that says how long its value is and how often it changes."""

    secret_name: str
    stored: StoredSecret
    declared: GeneratedSecret
    form: Form = "single"


@dataclass(frozen=True, kw_only=True)
class RotationArgs:
    """`rotated` is keyed by a label for logical names; each secret's declaration has `rotate_every_days`."""

    prefix: str
    rotated: Mapping[str, Rotated]
    secrets_key_arn: Input[str]
    logs_key_arn: Input[str]
    log_retention_days: int


class Rotation(ComponentResource):
    """The function, what it may do, and each secret's schedule.

    The value before stays readable as AWSPREVIOUS, so that what was signed with it can be verified until the next time.
    """

    function_name: Output[str]

    def __init__(self, name: str, args: RotationArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Rotation", name, None, opts)
        physical = bounded(f"{args.prefix}-secret-rotation", name_lengths.FUNCTION)
        logs = cloudwatch.LogGroup(
            f"{name}-log",
            name=f"/aws/lambda/{physical}",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=self._child(),
        )
        function = self._function(name, physical, args, logs)
        self.function_name = function.name
        permission = lambda_.Permission(
            f"{name}-permission",
            function=function.name,
            action="lambda:InvokeFunction",
            principal="secretsmanager.amazonaws.com",
            source_account=function.arn.apply(lambda arn: arn.split(":")[4]),
            opts=self._child(),
        )
        for label, rotated in args.rotated.items():
            secretsmanager.SecretRotation(
                f"{name}-{label}",
                secret_id=rotated.stored.arn,
                rotation_lambda_arn=function.arn,
                # The value was made a moment ago; the first rotation is one period from now.
                rotate_immediately=False,
                rotation_rules=secretsmanager.SecretRotationRotationRulesArgs(
                    automatically_after_days=rotated.declared.rotate_every_days
                ),
                opts=ResourceOptions(parent=self, depends_on=[permission]),
            )
        self.register_outputs({"functionName": self.function_name})

    def _child(self) -> ResourceOptions:
        return ResourceOptions(parent=self)

    def _function(self, name: str, physical: str, args: RotationArgs, logs: cloudwatch.LogGroup) -> lambda_.Function:
        role = iam.Role(f"{name}-role", name=physical, assume_role_policy=_TRUST, opts=self._child())
        allowed = iam.RolePolicy(
            f"{name}-permissions",
            role=role.name,
            name="permissions",
            policy=Output.json_dumps({"Version": "2012-10-17", "Statement": _statements(args, logs)}),
            opts=self._child(),
        )
        shapes = {each.secret_name: _shape(each) for each in args.rotated.values()}
        return lambda_.Function(
            f"{name}-function",
            name=physical,
            description="Makes new values for the generated secrets that rotate",
            runtime="python3.13",
            architectures=["arm64"],
            handler="rotate.handler",
            code=AssetArchive({"rotate.py": FileAsset(str(_CODE))}),
            role=granted(role.arn, [allowed]),
            timeout=30,
            memory_size=128,
            environment=lambda_.FunctionEnvironmentArgs(variables={"SHAPES": json.dumps(shapes, sort_keys=True)}),
            logging_config=lambda_.FunctionLoggingConfigArgs(log_format="JSON", log_group=logs.name),
            opts=self._child(),
        )


def _shape(rotated: Rotated) -> dict[str, str | int]:
    """What the function must know of a value to make the next one."""
    declared = rotated.declared
    shape: dict[str, str | int] = {"bytes": declared.bytes, "encoding": declared.encoding}
    if rotated.form == "list":
        return {**shape, "form": "list", "tokens": declared.tokens}
    return {**shape, "form": "pair"} if rotated.form == "pair" else shape


def _statements(args: RotationArgs, logs: cloudwatch.LogGroup) -> list[dict[str, object]]:
    return [
        {
            "Sid": "RotateThese",
            "Effect": "Allow",
            "Action": [
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetSecretValue",
                "secretsmanager:PutSecretValue",
                "secretsmanager:UpdateSecretVersionStage",
            ],
            "Resource": [each.stored.arn for each in args.rotated.values()],
        },
        {
            "Sid": "EncryptValues",
            "Effect": "Allow",
            "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
            "Resource": args.secrets_key_arn,
        },
        {
            "Sid": "Log",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": Output.concat(logs.arn, ":*"),
        },
    ]
