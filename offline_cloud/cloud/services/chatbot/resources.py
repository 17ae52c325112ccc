"""What is known of each type of chat channels, beside what is derived."""

from offline_cloud.cloud.core.resource import Resource, Resources

RESOURCES: Resources = {
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": Resource(
        name="configurationName", id="arn:aws:chatbot::{account}:chat-configuration/slack-channel/{name}",
        outputs={
            "chatConfigurationArn": "{id}", "slackChannelName": "{slackChannelId}", "slackTeamName": "{slackTeamId}",
        },
    ),
}  # fmt: skip
