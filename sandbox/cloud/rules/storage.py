"""What S3, Backup, Secrets Manager, CloudWatch and their neighbours accept. Source: the services' API references."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, cast

from sandbox.cloud.model import Properties, Record, Refusal, World, flag, items, number, objects, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Check, Table, refusal

_BUCKET: Final = re.compile(
    r"^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"
)
_VERSIONING: Final = "aws:s3/bucketVersioning:BucketVersioning"
_OBJECT_LOCK: Final = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
# PutRetentionPolicy takes these numbers of days and no others; 0 stands for "never expires" in the provider.
RETENTION_DAYS: Final = frozenset(
    {0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
_COOLING_DAYS: Final = 3
_COLD_DAYS: Final = 90
_RECOVERY: Final = frozenset({0, *range(7, 31)})
_DELETION: Final = range(7, 31)
_ROTATION: Final = range(90, 2561)
_PERIODS: Final = frozenset({10, 20, 30})
_MINUTE: Final = 60
_WIDGET_WIDTH: Final = 24
_MUTED: Final = 100
_PROTOCOL_SHAPES: Final = {
    "email": re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    "https": re.compile(r"^https://"),
    "http": re.compile(r"^http://"),
    "sqs": re.compile(r"^arn:"),
    "lambda": re.compile(r"^arn:"),
}
_SCHEDULE: Final = re.compile(r"^(cron\((\S+ ){5}\S+\)|rate\(\d+ (minute|minutes|hour|hours|day|days)\))$")


def check_bucket(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    name = text(inputs, "bucket")
    if name is not None and not _BUCKET.match(name):
        yield refusal(
            "bucket", "InvalidBucketName", f"The specified bucket is not valid: {name}",
            "use 3 to 63 lower-case letters, digits and hyphens",
        )  # fmt: skip


def _versioned(bucket: str | None, world: World) -> bool | None:
    """Tell whether a bucket is versioned; ``None`` when that is not known yet."""
    for user in world.mentioning(bucket) if bucket else ():
        if user.type == _VERSIONING and text(user.inputs, "bucket") == bucket:
            status = text(user.inputs, "versioningConfiguration.status")
            return None if status is None else status == "Enabled"
    owner = next((it for it in world.mentioning(bucket or "") if it.type == facts.BUCKET), None)
    return bool(owner and flag(owner.inputs, "objectLockEnabled")) or any(
        facts.is_unknown(it.inputs, "bucket") for it in world.of_type(_VERSIONING)
    )


def lock_needs_versions(record: Record, world: World) -> Iterator[Refusal]:
    """Object lock works on a versioned bucket."""
    bucket = text(record.inputs, "bucket")
    if bucket is not None and _versioned(bucket, world) is False:
        yield refusal(
            "bucket", "InvalidBucketState", f"Versioning must be 'Enabled' on the bucket {bucket} to apply an Object "
            "Lock configuration", "set objectLockEnabled on the bucket, or depend on its BucketVersioning",
        )  # fmt: skip


def locked_stays_versioned(record: Record, world: World) -> Iterator[Refusal]:
    """Versioning of a locked bucket is never suspended."""
    bucket = text(record.inputs, "bucket")
    if text(record.inputs, "versioningConfiguration.status") in (None, "Enabled"):
        return
    for user in world.mentioning(bucket) if bucket else ():
        locked = user.type == facts.BUCKET and flag(user.inputs, "objectLockEnabled") is True
        if user.type == _OBJECT_LOCK or locked:
            yield refusal(
                "versioningConfiguration.status", "InvalidBucketState", "An Object Lock configuration is present on "
                "this bucket, so the versioning state cannot be changed", "use Enabled",
            )  # fmt: skip
            return


def check_lifecycle(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    seen: set[str] = set()
    for index, rule in enumerate(objects(inputs, "rules")):
        id = text(rule, "id")
        if id is not None and id in seen:
            yield refusal(f"rules[{index}].id", "InvalidArgument", f"Rule ID {id} must be unique", "rename the rule")
        seen.add(id or "")
        expiry = number(rule, "expiration.days")
        for step, transition in enumerate(objects(rule, "transitions")):
            days = number(transition, "days")
            if days is not None and expiry is not None and days >= expiry:
                yield refusal(
                    f"rules[{index}].transitions[{step}].days", "InvalidArgument",
                    f"'Days' in the Expiration action ({expiry}) must be greater than in the Transition ({days})",
                    "expire later, or move earlier",
                )  # fmt: skip
            if days is not None and days < 30 and text(transition, "storageClass") in ("STANDARD_IA", "ONEZONE_IA"):  # noqa: PLR2004
                yield refusal(
                    f"rules[{index}].transitions[{step}].days", "InvalidArgument",
                    f"'Days' in Transition action must be greater than or equal to 30 for storageClass "
                    f"'{text(transition, 'storageClass')}'", "use at least 30 days",
                )  # fmt: skip


def check_object_lock(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    for rule in objects(inputs, "rule"):
        retention = rule.get("defaultRetention")
        if isinstance(retention, dict) and (retention.get("days") is None) == (retention.get("years") is None):
            yield refusal(
                "rule.defaultRetention", "MalformedXML", "A retention has either days or years", "give one of the two"
            )


def check_vault_lock(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    cooling = number(inputs, "changeableForDays")
    low, high = number(inputs, "minRetentionDays"), number(inputs, "maxRetentionDays")
    code = "InvalidParameterValueException"
    if cooling is not None and cooling < _COOLING_DAYS:
        yield refusal(
            "changeableForDays", code, f"ChangeableForDays must be at least {_COOLING_DAYS}", f"use {_COOLING_DAYS}"
        )
    if low is not None and high is not None and low > high:
        yield refusal("minRetentionDays", code, f"The minimum {low} is above the maximum {high}", "swap the two")


def check_plan(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    code = "InvalidParameterValueException"
    seen: set[str] = set()
    for index, rule in enumerate(objects(inputs, "rules")):
        name = text(rule, "ruleName")
        if name is not None and name in seen:
            yield refusal(f"rules[{index}].ruleName", code, f"Rule name {name} occurs twice", "rename the rule")
        seen.add(name or "")
        schedule = text(rule, "schedule")
        if schedule is not None and not _SCHEDULE.match(schedule):
            yield refusal(
                f"rules[{index}].schedule", code, f"Cron expression is not valid: {schedule}",
                "write six fields, as in cron(0 2 * * ? *)",
            )  # fmt: skip
        cold, kept = number(rule, "lifecycle.coldStorageAfter"), number(rule, "lifecycle.deleteAfter")
        if cold is not None and kept is not None and 0 < kept < cold + _COLD_DAYS:
            yield refusal(
                f"rules[{index}].lifecycle.deleteAfter", code, f"DeleteAfterDays cannot be less than {_COLD_DAYS} days "
                "apart from MoveToColdStorageAfterDays", f"use at least {cold + _COLD_DAYS}",
            )  # fmt: skip


def kept_as_locked(record: Record, world: World) -> Iterator[Refusal]:
    """A plan keeps its recovery points as long as the lock of their vault asks for."""
    for index, rule in enumerate(objects(record.inputs, "rules")):
        vault, kept = text(rule, "targetVaultName"), number(rule, "lifecycle.deleteAfter")
        for lock in world.mentioning(vault) if vault and kept else ():
            if lock.type != facts.VAULT_LOCK or lock.region != record.region:
                continue
            low, high = number(lock.inputs, "minRetentionDays"), number(lock.inputs, "maxRetentionDays")
            if kept is not None and ((low is not None and kept < low) or (high is not None and kept > high)):
                yield refusal(
                    f"rules[{index}].lifecycle.deleteAfter", "InvalidParameterValueException",
                    f"Retention of {kept} days is outside what the lock of vault {vault} allows ({low} to {high})",
                    "change the plan's retention, or the lock's",
                )  # fmt: skip


def check_log_group(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    days = number(inputs, "retentionInDays")
    if days is not None and days not in RETENTION_DAYS:
        near = min(RETENTION_DAYS - {0}, key=lambda allowed: abs(allowed - days))
        yield refusal(
            "retentionInDays", "InvalidParameterException", f"The specified retention period {days} is not valid",
            f"use {near}, the nearest that is allowed",
        )  # fmt: skip


def check_alarm(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    code = "ValidationError"
    single = inputs.get("metricName") is not None
    if single == (inputs.get("metricQueries") is not None) and inputs.get("evaluationCriteria") is None:
        yield refusal("metricName", code, "An alarm has either a metric or metric queries", "give one of the two")
    if single and (inputs.get("statistic") is None) == (inputs.get("extendedStatistic") is None):
        yield refusal(
            "statistic", code, "Exactly one of statistic and extendedStatistic is needed", "give one of the two"
        )
    period = number(inputs, "period")
    if period is not None and period not in _PERIODS and period % _MINUTE:
        yield refusal("period", code, f"The period {period} is not valid", "use 10, 20, 30 or a multiple of 60 seconds")
    wanted, whole = number(inputs, "datapointsToAlarm"), number(inputs, "evaluationPeriods")
    if wanted is not None and whole is not None and wanted > whole:
        yield refusal(
            "datapointsToAlarm", code, f"datapointsToAlarm {wanted} is above evaluationPeriods {whole}", "lower it"
        )
    for path in ("alarmActions", "okActions", "insufficientDataActions"):
        if len(items(inputs, path)) > 5:  # noqa: PLR2004 - the limit of PutMetricAlarm
            yield refusal(path, code, f"{path} has more than 5 actions", "send to one topic with several subscriptions")


def check_dashboard(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    body = text(inputs, "dashboardBody")
    if body is None:
        return
    try:
        content = json.loads(body)
    except ValueError as error:
        yield refusal("dashboardBody", "InvalidParameterInput", f"The body is no JSON: {error}", "use json.dumps")
        return
    # The body is parsed JSON, so it is made of the same values as any inputs.
    for index, widget in enumerate(objects(cast("Properties", {"body": content}), "body.widgets")):
        width, left = number(widget, "width") or 6, number(widget, "x") or 0
        if width + left > _WIDGET_WIDTH:
            yield refusal(
                "dashboardBody", "InvalidParameterInput", f"widget {index} ends at column {width + left}",
                f"a dashboard is {_WIDGET_WIDTH} columns wide",
            )  # fmt: skip


def alarms_exist(record: Record, world: World) -> Iterator[Refusal]:
    """A composite alarm's rule names alarms that exist."""
    rule = text(record.inputs, "alarmRule")
    for name in re.findall(r"""(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*["']?([^"')]+?)["']?\s*\)""", rule or ""):
        plain = name.rsplit(":alarm:", 1)[-1]
        if not _is_alarm(plain, record, world):
            yield refusal(
                "alarmRule", "ValidationError", f"AlarmRule refers to an alarm that does not exist: {plain}",
                "build the rule from the alarms' name outputs",
            )  # fmt: skip


def _is_alarm(name: str, record: Record, world: World) -> bool:
    return any(facts.named(world, kind, name, record.region) for kind in (facts.METRIC_ALARM, facts.COMPOSITE_ALARM))


def muted_alarms_exist(record: Record, world: World) -> Iterator[Refusal]:
    """A mute rule names alarms that exist, a hundred at most."""
    path = "muteTargets.alarmNames"
    if len(items(record.inputs, path)) > _MUTED:
        message = f"a mute rule targets up to {_MUTED} alarms"
        yield refusal(path, "ValidationError", message, "make a second rule for the rest")
    for where, name in facts.strings_at(record.inputs, f"{path}[]"):
        if not _is_alarm(name, record, world):
            yield refusal(where, "ResourceNotFoundException", f"no alarm is named {name}", "use the alarms' outputs")


def check_secret(inputs: Properties, region: str) -> Iterator[Refusal]:
    days = number(inputs, "recoveryWindowInDays")
    if days is not None and days not in _RECOVERY:
        yield refusal(
            "recoveryWindowInDays", "InvalidParameterException", f"RecoveryWindowInDays {days} is not valid",
            "use 0, or 7 to 30 days",
        )  # fmt: skip
    for index, replica in enumerate(objects(inputs, "replicas")):
        if text(replica, "region") == region:
            yield refusal(
                f"replicas[{index}].region", "InvalidParameterException", "Invalid replica region: the secret's own",
                "name other regions only",
            )  # fmt: skip


def check_key(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    days, rotation = number(inputs, "deletionWindowInDays"), number(inputs, "rotationPeriodInDays")
    if days is not None and days not in _DELETION:
        yield refusal("deletionWindowInDays", "ValidationException", f"The window {days} is not valid", "use 7 to 30")
    if rotation is not None and rotation not in _ROTATION:
        yield refusal("rotationPeriodInDays", "ValidationException", f"{rotation} is not valid", "use 90 to 2560")
    spec = text(inputs, "customerMasterKeySpec")
    if flag(inputs, "enableKeyRotation") is True and spec not in (None, "SYMMETRIC_DEFAULT"):
        yield refusal(
            "enableKeyRotation",
            "UnsupportedOperationException",
            f"A key of spec {spec} does not rotate",
            "leave it out",
        )


def replica_of(record: Record, world: World) -> Iterator[Refusal]:
    """A replica key has a multi-Region primary in another region."""
    primary = world.by_arn(text(record.inputs, "primaryKeyArn") or "")
    if primary is None:
        return
    if flag(primary.inputs, "multiRegion") is not True:
        yield refusal(
            "primaryKeyArn", "UnsupportedOperationException", f"{facts.label(primary)} is not a multi-Region key",
            "set multiRegion on the primary, which replaces it",
        )  # fmt: skip
    if primary.region == record.region:
        yield refusal(
            "primaryKeyArn", "InvalidRequestException", f"The primary is in {record.region} too", "use another region"
        )


def check_alias(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    name = text(inputs, "name")
    if name is not None and (not name.startswith("alias/") or name.startswith("alias/aws/")):
        yield refusal(
            "name", "InvalidAliasNameException", f"Alias {name} must start with 'alias/' and not with 'alias/aws/'",
            f"use alias/{name.removeprefix('alias/').removeprefix('aws/')}",
        )  # fmt: skip


def check_subscription(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    protocol, endpoint = text(inputs, "protocol"), text(inputs, "endpoint")
    shape = _PROTOCOL_SHAPES.get(protocol or "")
    if shape is not None and endpoint is not None and not shape.match(endpoint):
        yield refusal(
            "endpoint", "InvalidParameter", f"Invalid parameter: the endpoint does not match protocol {protocol}",
            "write user@example.com, https://… or an ARN, as the protocol asks",
        )  # fmt: skip


def check_rule(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    schedule, pattern = text(inputs, "scheduleExpression"), text(inputs, "eventPattern")
    if inputs.get("scheduleExpression") is None and inputs.get("eventPattern") is None:
        yield refusal(
            "eventPattern", "ValidationException", "A rule has a pattern or a schedule", "give one of the two"
        )
    if schedule is not None and not _SCHEDULE.match(schedule):
        yield refusal(
            "scheduleExpression", "ValidationException", f"Parameter ScheduleExpression is not valid: {schedule}",
            "write cron(0 2 * * ? *) or rate(1 hour)",
        )  # fmt: skip
    if pattern is not None:
        try:
            json.loads(pattern)
        except ValueError as error:
            yield refusal("eventPattern", "InvalidEventPatternException", f"No JSON: {error}", "use json.dumps")


def check_flow_log(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    sources = ("vpcId", "subnetId", "eniId", "transitGatewayId", "transitGatewayAttachmentId", "regionalNatGatewayId")
    if sum(inputs.get(path) is not None for path in sources) != 1:
        yield refusal("vpcId", "InvalidParameter", "A flow log watches exactly one thing", "give vpcId alone")
    interval = number(inputs, "maxAggregationInterval")
    if interval is not None and interval not in (60, 600):
        yield refusal("maxAggregationInterval", "InvalidParameter", f"{interval} is not valid", "use 60 or 600 seconds")
    kind = inputs.get("logDestinationType")
    if kind in (None, "cloud-watch-logs") and inputs.get("iamRoleArn") is None:
        yield refusal("iamRoleArn", "InvalidParameter", "CloudWatch Logs needs DeliverLogsPermissionArn", "give a role")


CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {
    facts.BUCKET: (check_bucket,),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (check_lifecycle,),
    _OBJECT_LOCK: (check_object_lock,),
    facts.VAULT_LOCK: (check_vault_lock,),
    facts.BACKUP_PLAN: (check_plan,),
    facts.LOG_GROUP: (check_log_group,),
    facts.METRIC_ALARM: (check_alarm,),
    "aws:cloudwatch/dashboard:Dashboard": (check_dashboard,),
    facts.SECRET: (check_secret,),
    facts.KEY: (check_key,),
    "aws:kms/alias:Alias": (check_alias,),
    "aws:sns/topicSubscription:TopicSubscription": (check_subscription,),
    facts.EVENT_RULE: (check_rule,),
    facts.FLOW_LOG: (check_flow_log,),
}
STATES: Final[Table] = {
    _OBJECT_LOCK: (lock_needs_versions,),
    _VERSIONING: (locked_stays_versioned,),
    facts.BACKUP_PLAN: (kept_as_locked,),
    facts.COMPOSITE_ALARM: (alarms_exist,),
    "aws:cloudwatch/alarmMuteRule:AlarmMuteRule": (muted_alarms_exist,),
    facts.REPLICA_KEY: (replica_of,),
}
