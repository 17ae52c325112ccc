"""Where alarms and events go, and who hears of them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import chatbot, iam, sns

from components.identity.granted import granted

Statement = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class SlackChannel:
    workspace: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class NotificationsArgs:
    """`key_arn` encrypts the topic; its key policy must let the publishing services use it.

    Each of `emails` confirms its subscription once, by a link that AWS sends; so does each of `duties`, addresses with
    the values of the alerts' attributes that they are sent (`{"team": ["devops"]}`, or all without any). `slack` needs
    the workspace to be joined to the account once, in the console. `elsewhere` is set for a topic in another region
    than the stack's own; `others` are topics of other regions that the chat channel hears as well.
    """

    prefix: str
    account_id: Input[str]
    region: str
    key_arn: Input[str]
    emails: Sequence[str] = ()
    duties: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict[str, Mapping[str, Sequence[str]]])
    slack: SlackChannel | None = None
    elsewhere: str | None = None
    others: Sequence[Input[str]] = ()
    prometheus: Literal["cluster", "managed"] | None = None
    """Whose alerts are sent beside those of CloudWatch: Alertmanager's on the cluster, as its own role, or Amazon's."""


class Notifications(ComponentResource):
    """One encrypted topic that only this account's services may publish to, and only over TLS (OB-G08).

    Prometheus's alerts have a second one where a chat channel hears of them: its client shows a form of JSON that
    nobody reads in a mail, and drops the text that people read.
    """

    topic_arn: Output[str]
    chat_topic_arn: Output[str] | None = None

    def __init__(self, name: str, args: NotificationsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Notifications", name, None, opts)
        self.topic_arn = self._topic(f"{name}-topic", "notifications", args, _publishers)
        if args.slack and args.prometheus:
            self.chat_topic_arn = self._topic(f"{name}-chat-topic", "chat", args, _alert_publishers)
        self._subscribe(name, args)
        self.register_outputs({"topicArn": self.topic_arn})

    def _topic(
        self,
        name: str,
        kind: str,
        args: NotificationsArgs,
        publishers: Callable[[Output[str], NotificationsArgs], list[Statement]],
    ) -> Output[str]:
        topic = sns.Topic(
            name,
            name=f"{args.prefix}-{kind}",
            display_name=args.prefix,
            kms_master_key_id=args.key_arn,
            signature_version=2,
            region=args.elsewhere,
            opts=ResourceOptions(parent=self),
        )
        # Publishers are wired to the topic only once they may publish.
        return sns.TopicPolicy(
            f"{name}-policy",
            arn=topic.arn,
            policy=_policy(topic.arn, publishers(topic.arn, args)),
            region=args.elsewhere,
            opts=ResourceOptions(parent=self),
        ).arn

    def _subscribe(self, name: str, args: NotificationsArgs) -> None:
        for email in args.emails:
            sns.TopicSubscription(
                f"{name}-email-{email}",
                topic=self.topic_arn,
                protocol="email",
                endpoint=email,
                region=args.elsewhere,
                opts=ResourceOptions(parent=self),
            )
        for email, filter_ in args.duties.items():
            if email not in args.emails:
                sns.TopicSubscription(
                    f"{name}-duty-{email}",
                    topic=self.topic_arn,
                    protocol="email",
                    endpoint=email,
                    filter_policy=json.dumps(filter_) if filter_ else None,
                    region=args.elsewhere,
                    opts=ResourceOptions(parent=self),
                )
        if args.slack:
            self._slack(name, args, args.slack)

    def _slack(self, name: str, args: NotificationsArgs, slack: SlackChannel) -> None:
        role = iam.Role(
            f"{name}-slack-role",
            name=f"{args.prefix}-slack",
            assume_role_policy=Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "chatbot.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                            "Condition": {"StringEquals": {"aws:SourceAccount": args.account_id}},
                        }
                    ],
                }
            ),
            opts=ResourceOptions(parent=self),
        )
        reading = iam.RolePolicy(
            f"{name}-slack-permissions",
            role=role.name,
            name="permissions",
            policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Sid": "ReadWhatAnAlarmShows",
                            "Effect": "Allow",
                            "Action": [
                                "cloudwatch:DescribeAlarms",
                                "cloudwatch:GetMetricData",
                                "cloudwatch:GetMetricStatistics",
                                "cloudwatch:GetMetricWidgetImage",
                                "cloudwatch:ListMetrics",
                            ],
                            # CloudWatch's metric actions know no resources.
                            "Resource": "*",
                        }
                    ],
                }
            ),
            opts=ResourceOptions(parent=self),
        )
        chatbot.SlackChannelConfiguration(
            f"{name}-slack",
            configuration_name=f"{args.prefix}-notifications",
            slack_team_id=slack.workspace,
            slack_channel_id=slack.channel,
            iam_role_arn=granted(role.arn, [reading]),
            sns_topic_arns=[self.topic_arn, *([self.chat_topic_arn] if self.chat_topic_arn else []), *args.others],
            # Commands typed in the channel can read alarms and nothing more, whatever the role may come to hold.
            guardrail_policy_arns=["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"],
            logging_level="ERROR",
            opts=ResourceOptions(parent=self),
        )


def _publishers(topic_arn: Output[str], args: NotificationsArgs) -> list[Statement]:
    """Name the services that publish, each for this account's own alarms and events.

    A topic elsewhere hears alarms alone.
    """
    region = args.elsewhere or args.region
    alarms = Output.concat(f"arn:aws:cloudwatch:{region}:", args.account_id, f":alarm:{args.prefix}-*")
    statements: list[Statement] = [
        _publishes("Alarms", "cloudwatch", topic_arn, {"ArnLike": {"aws:SourceArn": alarms}})
    ]
    if args.elsewhere is None:
        of_account = {"StringEquals": {"aws:SourceAccount": args.account_id}}
        # EventBridge publishes without a source in the request: a condition would keep every event from the topic.
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
        statements.append(_publishes("Events", "events", topic_arn))
        statements.append(_publishes("DatabaseEvents", "events.rds", topic_arn, of_account))
    return [*statements, *_alert_publishers(topic_arn, args)]


def _alert_publishers(topic_arn: Output[str], args: NotificationsArgs) -> list[Statement]:
    """Let Amazon's Prometheus publish; the one on a cluster does so by its pod's role, in the same account."""
    return [_prometheus(topic_arn, args)] if args.prometheus == "managed" else []


def _policy(topic_arn: Output[str], statements: Sequence[Statement]) -> Output[str]:
    over_tls: Statement = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sns:Publish",
        "Resource": topic_arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return Output.json_dumps({"Version": "2012-10-17", "Statement": [*statements, over_tls]})


def _publishes(
    sid: str, service: str, topic_arn: Output[str], condition: Mapping[str, object] | None = None
) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic_arn,
        **({"Condition": condition} if condition else {}),
    }


def _prometheus(topic_arn: Output[str], args: NotificationsArgs) -> Statement:
    """Let the alert manager of this account publish.

    https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-receiver-AMPpermission.html
    """
    return {
        "Sid": "Prometheus",
        "Effect": "Allow",
        "Principal": {"Service": "aps.amazonaws.com"},
        "Action": ["sns:Publish", "sns:GetTopicAttributes"],
        "Resource": topic_arn,
        "Condition": {"StringEquals": {"aws:SourceAccount": args.account_id}},
    }
