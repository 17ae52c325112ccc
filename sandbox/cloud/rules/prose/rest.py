"""What the documentation of compute, messages, keys and monitoring says in prose and no model states.

Sources: the API reference page of the operation that makes the type, and of what it takes, where nothing else is named.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, cast

from sandbox.cloud.model import Properties, Refusal, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Check, refusal
from sandbox.cloud.rules.wordings import (
    at_most,
    exactly_one,
    matches,
    named,
    one_of,
    ordered,
    values,
    when,
    within,
)

_INVALID: Final = "InvalidParameterValue"
_FAMILY: Final = re.compile(r"^([a-z-]+)(\d+)([a-z-]*)\.")
# https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html
_ADD_ONS: Final = frozenset(
    """
    adot amazon-cloudwatch-observability amazon-sagemaker-hyperpod-taskgovernance
    amazon-sagemaker-hyperpod-training-operator aws-ebs-csi-driver aws-efs-csi-driver aws-fsx-csi-driver
    aws-guardduty-agent aws-mountpoint-s3-csi-driver aws-network-flow-monitoring-agent aws-privateca-connector
    aws-secrets-store-csi-driver-provider cert-manager coredns eks-node-monitoring-agent eks-pod-identity-agent
    external-dns fluent-bit kube-proxy kube-state-metrics metrics-server prometheus-node-exporter
    snapshot-controller vpc-cni
    amazon-sagemaker-hyperpod-inference amazon-sagemaker-spaces aws-dataplane-controller
    """.split()  # noqa: SIM905 - one word each
)
_HYPHENS: Final = "letters, digits, hyphens and underscores"


def _processors(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    """The image of a node group is for the processor of its instance types: Graviton's families have a g."""
    image = text(inputs, "amiType") or ""
    for where, kind in facts.strings_at(inputs, "instanceTypes[]"):
        family = _FAMILY.match(kind)
        if family is None or not ("ARM_64" in image or "x86_64" in image):
            continue
        is_arm = "g" in family[3] or (family[1], family[2]) == ("a", "1")
        if is_arm != ("ARM_64" in image):
            processor = "Arm" if is_arm else "x86"
            yield refusal(
                where, "InvalidParameterException",
                f"[{kind}] is not a valid instance type for requested amiType {image}: it is {processor}",
                f"use an image type for {processor}, or other instance types",
            )  # fmt: skip


_NODE_ENTRIES: Final = ("EC2", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX", "HYPERPOD_LINUX")
_METRIC: Final = exactly_one("metricName", "metricQueries")


def _period(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    for where, period in values(inputs, "period"):
        if isinstance(period, int | float) and period not in (10, 20, 30) and period % 60:
            said = f"The period {period} is not valid"
            yield refusal(where, _INVALID, said, "use 10, 20, 30 or a multiple of 60 seconds")


def _fifo(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    """The name of a topic or queue ends with .fifo when it keeps the order, and only then."""
    is_fifo = inputs.get("fifoTopic", inputs.get("fifoQueue")) is True
    name = text(inputs, "name")
    if name is not None and name.endswith(".fifo") != is_fifo:
        mend = "end the name with .fifo" if is_fifo else "leave .fifo out of the name"
        yield refusal("name", _INVALID, f"The name {name} does not fit", mend)


def _states(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    """A state machine is written in JSON, and starts at one of its states."""
    definition = text(inputs, "definition")
    try:
        machine = json.loads(definition) if definition else None
    except ValueError:
        yield refusal("definition", "InvalidDefinition", "The definition is no JSON", "write it with json.dumps")
        return
    stated = cast("dict[str, object]", machine) if isinstance(machine, dict) else {}
    states = stated.get("States")
    if isinstance(states, dict) and stated.get("StartAt") not in states:
        yield refusal("definition", "InvalidDefinition", "StartAt names none of the States", "name one of them")


def _add_on(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    """AWS's add-ons are these; those of the marketplace have their vendor in front: ``kubecost_kubecost``."""
    name = text(inputs, "addonName")
    if name is not None and "_" not in name and name not in _ADD_ONS:
        yield refusal(
            "addonName", "InvalidParameterException", f"Addon {name} specified is not supported",
            "use a name of `aws eks describe-addon-versions`",
        )  # fmt: skip


CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {
    "aws:apigateway/method:Method": (
        one_of("authorization", "NONE", "CUSTOM", "AWS_IAM", "COGNITO_USER_POOLS"),
        one_of("httpMethod", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "ANY"),
    ),
    "aws:apigatewayv2/integration:Integration": (within("timeoutMilliseconds", 50, 30_000),),
    "aws:appautoscaling/target:Target": (ordered("minCapacity", "maxCapacity"),),
    "aws:autoscaling/group:Group": (
        ordered("minSize", "desiredCapacity", "maxSize"),
        when("launchTemplate").excludes("launchConfiguration", "mixedInstancesPolicy"),
        when("launchConfiguration").excludes("mixedInstancesPolicy"),
    ),
    "aws:budgets/budget:Budget": (
        matches("name", r"[^:\\]{1,100}", "up to 100 characters, no : and no \\"),
        one_of("notifications[].comparisonOperator", "GREATER_THAN", "LESS_THAN", "EQUAL_TO"),
        one_of("notifications[].notificationType", "ACTUAL", "FORECASTED"),
        one_of("notifications[].thresholdType", "PERCENTAGE", "ABSOLUTE_VALUE"),
    ),
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": (
        one_of("loggingLevel", "ERROR", "INFO", "NONE"),
    ),
    "aws:cloudwatch/dashboard:Dashboard": (named(255, path="dashboardName"),),
    "aws:cloudwatch/eventRule:EventRule": (
        when("scheduleExpression", None).needs("eventPattern"),
        matches(
            "scheduleExpression", r"rate\(([1-9]\d* (minute|hour|day)s?)\)|cron\((\S+ ){5}\S+\)",
            "rate(1 day) or six fields of cron",
        ),
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": (
        _period, ordered("datapointsToAlarm", "evaluationPeriods"), when("evaluationCriteria", None).then(_METRIC),
        when("metricName").then(exactly_one("statistic", "extendedStatistic")),
        *(at_most(path, 5) for path in ("alarmActions", "okActions", "insufficientDataActions")),
    ),
    "aws:cognito/userPool:UserPool": (
        within("passwordPolicy.minimumLength", 6, 99),
        within("passwordPolicy.temporaryPasswordValidityDays", 0, 365),
        when("aliasAttributes").excludes("usernameAttributes"),
    ),
    "aws:ecs/cluster:Cluster": (named(255),),
    "aws:ecs/service:Service": (within("desiredCount", 0, 5000), named(255)),
    "aws:ecs/taskDefinition:TaskDefinition": (named(255, path="family"),),
    "aws:eks/accessEntry:AccessEntry": (

        matches("kubernetesGroups[]", r"(?!system:|eks:|aws:|amazon:|iam:).+", "a group of your own, not of system:"),
        one_of("type", "STANDARD", *_NODE_ENTRIES), when("type", *_NODE_ENTRIES).excludes("kubernetesGroups"),
    ),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": (
        when("accessScope.type", "namespace").needs("accessScope.namespaces"),
        matches("policyArn", r"arn:aws[a-z-]*:eks::aws:cluster-access-policy/\w+", "a cluster access policy's ARN"),
    ),
    "aws:eks/addon:Addon": (one_of("resolveConflictsOnCreate", "NONE", "OVERWRITE"), _add_on),
    "aws:eks/cluster:Cluster": (
        when("computeConfig.enabled", True).takes("accessConfig.authenticationMode", "API", "API_AND_CONFIG_MAP"),
        matches("name", r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}", "up to 100 letters, digits, hyphens and underscores"),
        one_of("enabledClusterLogTypes[]", "api", "audit", "authenticator", "controllerManager", "scheduler"),
        matches("version", r"1\.\d\d", "a minor version, such as 1.35"),
    ),
    "aws:eks/fargateProfile:FargateProfile": (at_most("selectors", 5),),
    "aws:eks/nodeGroup:NodeGroup": (
        ordered("scalingConfig.minSize", "scalingConfig.desiredSize", "scalingConfig.maxSize"),
        when("launchTemplate").excludes("diskSize", "remoteAccess"),
        when("launchTemplate").then(when("amiType", "CUSTOM").excludes("version")), _processors,
        within("scalingConfig.maxSize", 1, 450),
    ),
    "aws:kms/alias:Alias": (
        matches("name", r"alias/(?!aws/)[a-zA-Z0-9/_-]+", "alias/ and a name that does not begin with aws/"),
    ),
    "aws:kms/key:Key": (
        when("enableKeyRotation", True).takes("customerMasterKeySpec", "SYMMETRIC_DEFAULT"),
        when("customerMasterKeySpec", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521").takes(
            "keyUsage", "SIGN_VERIFY", "KEY_AGREEMENT",
        ),
        when("customerMasterKeySpec", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519").takes("keyUsage", "SIGN_VERIFY"),
        when("customerMasterKeySpec", "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512").takes(
            "keyUsage", "GENERATE_VERIFY_MAC",
        ),
        when("customerMasterKeySpec", "RSA_2048", "RSA_3072", "RSA_4096").takes(
            "keyUsage", "ENCRYPT_DECRYPT", "SIGN_VERIFY",
        ),
        when("customerMasterKeySpec", "SYMMETRIC_DEFAULT").takes("keyUsage", "ENCRYPT_DECRYPT"),
    ),
    "aws:lambda/function:Function": (
        named(64), when("packageType", "Image").needs("imageUri"),
        when("packageType", "Image").excludes("runtime", "handler", "layers"), when("runtime").needs("handler"),
        within("reservedConcurrentExecutions", -1, 1_000_000),
    ),
    "aws:lambda/permission:Permission": (matches("sourceAccount", r"\d{12}", "the 12 digits of an account"),),
    "aws:secretsmanager/secret:Secret": (
        within("recoveryWindowInDays", 7, 30, 0),
        matches("name", r"[a-zA-Z0-9/_+=.@-]{1,512}", "letters, digits and /_+=.@-"),
    ),
    "aws:sfn/stateMachine:StateMachine": (_states,),
    "aws:sns/topic:Topic": (
        matches("name", r"[a-zA-Z0-9_-]{1,251}(\.fifo)?", _HYPHENS), _fifo, one_of("signatureVersion", 1, 2),
    ),
    "aws:sns/topicSubscription:TopicSubscription": (
        when("protocol", "email", "email-json").asks("endpoint", r"[^@\s]+@[^@\s]+\.[^@\s]+", "an address"),
        when("protocol", "http").asks("endpoint", r"http://.+", "an address of http://"),
        when("protocol", "https").asks("endpoint", r"https://.+", "an address of https://"),
        when("protocol", "sqs", "lambda", "firehose").asks("endpoint", r"arn:.+", "an ARN"),
        one_of("protocol", "application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs"),
        one_of("filterPolicyScope", "MessageAttributes", "MessageBody"),
    ),
    "aws:sqs/queue:Queue": (matches("name", r"[a-zA-Z0-9_-]{1,75}(\.fifo)?|[a-zA-Z0-9_-]{1,80}", _HYPHENS), _fifo),
    "aws:ssm/parameter:Parameter": (
        one_of("dataType", "text", "aws:ssm:integration", "aws:ec2:image"),
        matches("name", r"(?i)(?!/?(aws|ssm)).+", "a name that does not begin with aws or ssm"),
    ),
}  # fmt: skip
