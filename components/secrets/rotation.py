"""Scheduled rotation of secrets, by a function that Secrets Manager calls."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from pulumi import AssetArchive, ComponentResource, FileAsset, Input, Output, ResourceOptions
from pulumi_aws import cloudwatch, iam, lambda_, secretsmanager

from components.identity.granted import granted
from components.invariants import certain
from components.naming import bounded
from components.secrets.values import Form
from settings.facts import name_lengths
from settings.workload.secrets import GeneratedSecret

_PACKAGE = "components.secrets.rotation_function"
# Found from here, since the engine may run in another folder; it compares the files' content and not their paths.
_FOLDER = Path(__file__).parent / "rotation_function"
_MODULES = {
    "generated": ("steps", "generated"),
    "cache_user": ("steps", "passwords", "cache_user"),
    "database_user": ("steps", "passwords", "database_user"),
}
"""What each function is made of."""
_PACKAGES = {"database_user": ("pg8000", "scramp", "asn1crypto")}
"""What it imports that Lambda does not have, all of it Python alone, as it is installed here."""
_INTERFACES = "arn:aws:iam::aws:policy/service-role/AWSLambdaENIManagementAccess"
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
    """A secret by name and ARN, how often it changes, and what the function must know of it to make the next value."""

    secret_name: str
    arn: Input[str]
    every_days: int
    known: Any


@dataclass(frozen=True, kw_only=True)
class Inside:
    """Where in the network a function runs that reaches a store itself."""

    subnet_ids: Sequence[Input[str]]
    security_group_id: Input[str]


@dataclass(frozen=True, kw_only=True)
class RotationArgs:
    """`rotated` is keyed by a label for logical names; `module` is what of the function's code rotates it.

    `statements` are what the function may do beside reading and writing these secrets. `inside` puts it into the
    network.
    """

    function_name: str
    module: Literal["generated", "cache_user", "database_user"]
    description: str
    rotated: Mapping[str, Rotated]
    secrets_key_arn: Input[str]
    logs_key_arn: Input[str]
    log_retention_days: int
    timeout_seconds: int = 30
    statements: Sequence[Mapping[str, Any]] = ()
    inside: Inside | None = None


class Rotation(ComponentResource):
    """The function, what it may do, and each secret's schedule.

    The value before stays readable as AWSPREVIOUS, so that what was signed with it can be verified until the next time.
    """

    function_name: Output[str]

    def __init__(self, name: str, args: RotationArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Rotation", name, None, opts)
        physical = bounded(args.function_name, name_lengths.FUNCTION)
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
                secret_id=rotated.arn,
                rotation_lambda_arn=function.arn,
                # The value was made a moment ago; the first rotation is one period from now.
                rotate_immediately=False,
                rotation_rules=secretsmanager.SecretRotationRotationRulesArgs(
                    automatically_after_days=rotated.every_days
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
        may = [allowed, *self._interfaces(name, role, args)]
        known = {each.secret_name: each.known for each in args.rotated.values()}
        return lambda_.Function(
            f"{name}-function",
            name=physical,
            description=args.description,
            runtime="python3.13",
            architectures=["arm64"],
            handler=f"{_PACKAGE}.{args.module}.handler",
            code=_code(args.module),
            role=granted(role.arn, may),
            timeout=args.timeout_seconds,
            memory_size=128,
            environment=lambda_.FunctionEnvironmentArgs(
                variables={"ROTATED": Output.json_dumps(known, sort_keys=True)}
            ),
            logging_config=lambda_.FunctionLoggingConfigArgs(log_format="JSON", log_group=logs.name),
            vpc_config=_placed(args.inside) if args.inside else None,
            opts=self._child(),
        )

    def _interfaces(self, name: str, role: iam.Role, args: RotationArgs) -> list[iam.RolePolicyAttachment]:
        """Let Lambda make the function's network interfaces, for one that runs in the network."""
        if args.inside is None:
            return []
        return [
            iam.RolePolicyAttachment(f"{name}-interfaces", role=role.name, policy_arn=_INTERFACES, opts=self._child())
        ]


def shape(declared: GeneratedSecret, form: Form) -> dict[str, str | int]:
    """Give what the function must know of a generated value to make the next one."""
    stated: dict[str, str | int] = {"bytes": declared.bytes, "encoding": declared.encoding}
    if form == "list":
        return {**stated, "form": "list", "tokens": declared.tokens}
    return {**stated, "form": "pair"} if form == "pair" else stated


def _placed(inside: Inside) -> lambda_.FunctionVpcConfigArgs:
    return lambda_.FunctionVpcConfigArgs(
        subnet_ids=list(inside.subnet_ids), security_group_ids=[inside.security_group_id]
    )


def _code(module: str) -> AssetArchive:
    """Pack the modules where their imports look for them."""
    folder = _PACKAGE.replace(".", "/")
    files = {f"{folder}/{each}.py": _FOLDER / f"{each}.py" for each in _MODULES[module]}
    for package in _PACKAGES.get(module, ()):
        files |= _installed(package)
    return AssetArchive({place: FileAsset(str(path)) for place, path in files.items()})


def _installed(package: str) -> dict[str, Path]:
    """Give the sources of an installed package; what was compiled of them differs from machine to machine."""
    spec = certain(find_spec(package), f"{package} is among the program's requirements")
    start = Path(certain(spec.origin, f"{package} has a file"))
    if start.name != "__init__.py":
        return {start.name: start}
    above = start.parent.parent
    return {path.relative_to(above).as_posix(): path for path in sorted(start.parent.rglob("*.py"))}


def _statements(args: RotationArgs, logs: cloudwatch.LogGroup) -> list[Mapping[str, object]]:
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
            "Resource": [each.arn for each in args.rotated.values()],
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
        *args.statements,
    ]
