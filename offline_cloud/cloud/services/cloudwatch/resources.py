"""What is known of each type of CloudWatch: metrics, alarms, logs and events, beside what is derived."""

from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Dependents, Document, Protection, Resource, Resources, Role
from offline_cloud.cloud.core.uniqueness import ever, once
from offline_cloud.cloud.core.wordings import at_most, exactly_one, matches, named, ordered, when
from offline_cloud.cloud.services.cloudwatch import alarms, composites, delivery, outputs

_METRIC: Final = exactly_one("metricName", "metricQueries")

RESOURCES: Resources = {
    "aws:cloudwatch/alarmMuteRule:AlarmMuteRule": Resource(
        id="{name}", outputs={"muteType": "RECURRING"},
        unique=once(
            "name", "ResourceAlreadyExistsException",
            "A mute rule named {name} exists already; PutAlarmMuteRule would overwrite it",
        ),
        states=(composites.muted_alarms_exist,),
    ),
    facts.COMPOSITE_ALARM: Resource(
        name="alarmName", id="{name}", outputs={"arn": "arn:aws:cloudwatch:{region}:{account}:alarm:{name}"},
        unique=once(
            "alarmName", "ResourceAlreadyExistsException",
            "An alarm named {alarmName} exists already; PutCompositeAlarm would overwrite it",
        ),
        states=(composites.alarms_exist,), deletes=(composites.alarm_is_not_watched,),
    ),
    "aws:cloudwatch/dashboard:Dashboard": Resource(
        name="dashboardName", id="{name}",
        unique=ever(
            "dashboardName", "ResourceAlreadyExistsException",
            "A dashboard named {dashboardName} exists already; PutDashboard would overwrite it",
        ),
        checks=(named(255, path="dashboardName"), composites.check_dashboard),
    ),
    facts.EVENT_RULE: Resource(
        id=outputs.event_rule_id,
        outputs={"arn": "arn:aws:events:{region}:{account}:rule/{id}", "eventBusName": "default"},
        unique=once("eventBusName? name", "ResourceAlreadyExistsException"),
        checks=(
            when("scheduleExpression", None).needs("eventPattern"),
            matches(
                "scheduleExpression", r"rate\(([1-9]\d* (minute|hour|day)s?)\)|cron\((\S+ ){5}\S+\)",
                "rate(1 day) or six fields of cron",
            ),
        ),
        held_by=Dependents("ValidationException", {facts.EVENT_TARGET: "rule"}),
        emptied_by="forceDestroy",
    ),
    facts.EVENT_TARGET: Resource(
        id="{rule}-{targetId:{logical}}", outputs={"targetId": "{logical}", "eventBusName": "default"},
        names={"rule": facts.EVENT_RULE}, unique=once("rule targetId", "ResourceAlreadyExistsException"),
        role=Role("roleArn", "events.amazonaws.com", "ValidationException"),
        states=(delivery.starts_what_exists, delivery.reaches_its_topic),
    ),
    "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy": Resource(
        id="{logGroupName}", names={"logGroupName": facts.LOG_GROUP},
    ),
    facts.LOG_GROUP: Resource(
        id="{name}",
        unique=once("name", "ResourceAlreadyExistsException"),
        protected=Protection("deletionProtectionEnabled", "ValidationException"),
    ),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Resource(
        id="{name}", names={"logGroupName": facts.LOG_GROUP},
        unique=once("logGroupName name", "ResourceAlreadyExistsException"),
    ),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Resource(
        name="policyName", id="{name}", outputs={"policyScope": "ACCOUNT", "revisionId": "{hex32}"},
        unique=once("policyName", "ResourceAlreadyExistsException"),
        document=Document("policyDocument", "resource", 5_120, "InvalidParameterException"),
    ),
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": Resource(
        id="cwlsf-{digits10}", names={"logGroup": facts.LOG_GROUP},
    ),
    facts.METRIC_ALARM: Resource(
        id="{name}",
        unique=once(
            "name", "ResourceAlreadyExistsException",
            "An alarm named {name} exists already; PutMetricAlarm would overwrite it",
        ),
        checks=(
            composites.check_period, ordered("datapointsToAlarm", "evaluationPeriods"),
            when("evaluationCriteria", None).then(_METRIC),
            when("metricName").then(exactly_one("statistic", "extendedStatistic")),
            *(at_most(path, 5) for path in ("alarmActions", "okActions", "insufficientDataActions")),
            alarms.check_metrics, alarms.check_look_back,
        ),
        states=(alarms.watches_what_exists,), deletes=(composites.alarm_is_not_watched,),
    ),
    "aws:cloudwatch/queryDefinition:QueryDefinition": Resource(
        id="{uuid}",
        outputs={"arn": "arn:aws:logs:{region}:{account}:query-definition:{id}", "queryDefinitionId": "{id}"},
    ),
}  # fmt: skip
