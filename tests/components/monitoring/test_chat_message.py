"""Alerts in a chat channel: from the product's stack to the text that the client gets, rendered by the real amtool."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.monitoring.chat_message import LISTED_ALERTS, chat_message
from components.monitoring.routing import Recipients, alert_routes
from tests.charts.whole_platform import RELEASE, platform, settings
from tests.components.recording import Recorder
from tests.tool import tool

# What Slack shows of a header and of a section. https://docs.slack.dev/reference/block-kit/blocks
TITLE_CHARACTERS, DESCRIPTION_CHARACTERS = 150, 3000
TOPIC = "arn:aws:sns:us-east-1:111122223333:shop-prod-notifications"
CHAT = "arn:aws:sns:us-east-1:111122223333:shop-prod-chat"
SLACK = {"slack_workspace": "T0123ABCD", "slack_channel": "C0123ABCD"}
ODD = 'He said "no"\\ \n\tand {{ left }} €'


def _alert(**changes: Any) -> dict[str, Any]:
    given = {
        "status": "firing",
        "labels": {"alertname": "HighErrorRate", "severity": "critical", "pod": "api-0"},
        "annotations": {"summary": "Requests fail", "description": "Look at the logs"},
        "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
    }
    return {**given, **changes}


def rendered(folder: Path, template: str, data: dict[str, Any]) -> str:
    """Render a template of Alertmanager's with amtool."""
    (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
    (folder / "none.tmpl").write_text("", encoding="utf-8")
    command = [tool("amtool"), "template", "render", "--template.glob", str(folder / "*.tmpl")]
    command += ["--template.data", str(folder / "data.json"), "--template.text", template]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _content(folder: Path, *alerts: dict[str, Any], name: str = "HighErrorRate") -> dict[str, str]:
    """Render the message of a group of alerts with amtool and read it as the chat client would."""
    data = {
        "receiver": "critical",
        "status": "firing",
        "alerts": alerts,
        "groupLabels": {"alertname": name, "namespace": "shop"},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "https://alertmanager.internal",
    }
    message = json.loads(rendered(folder, chat_message("critical"), data))
    assert {key: message[key] for key in ("version", "source")} == {"version": "1.0", "source": "custom"}
    assert message["content"].pop("textType") == "client-markdown"
    return message["content"]


def test_a_message_says_what_is_wrong_and_where(tmp_path: Path) -> None:
    resolved = _alert(status="resolved", labels={"alertname": "HighErrorRate"}, annotations={})
    assert _content(tmp_path, _alert(), resolved) == {
        "title": "[critical] firing: HighErrorRate",
        "description": "• firing: Requests fail (api-0)\nLook at the logs\n• resolved: HighErrorRate\n",
    }


def test_quotes_breaks_and_braces_stay_text(tmp_path: Path) -> None:
    odd = _alert(labels={"alertname": ODD, "pod": ODD}, annotations={"summary": ODD, "description": ODD})
    plain = 'He said "no"\\  and {{ left }} €'
    content = _content(tmp_path, odd, name=ODD)
    assert content["title"] == f"[critical] firing: {plain}"
    assert content["description"] == f"• firing: {plain} ({plain})\n{plain}\n"


def test_a_flood_of_long_alerts_stays_within_what_slack_shows(tmp_path: Path) -> None:
    long = _alert(labels={"pod": "p" * 500}, annotations={"summary": '"' * 900, "description": "ä" * 9000})
    content = _content(tmp_path, *([long] * 40), name="A" * 300)
    assert len(content["title"]) <= TITLE_CHARACTERS
    assert len(content["description"]) <= DESCRIPTION_CHARACTERS
    assert content["description"].count("• firing") == LISTED_ALERTS
    assert content["description"].endswith("… 40 in all")


@pytest.mark.parametrize("chat", [CHAT, None])
def test_alertmanager_takes_the_configuration(tmp_path: Path, chat: str | None) -> None:
    told = Recipients(topic_arn=TOPIC, chat_topic_arn=chat, region="us-east-1", quiet_window="sun:03:00-sun:05:00")
    file = tmp_path / "alertmanager.yaml"
    file.write_text(yaml.safe_dump(alert_routes(told), allow_unicode=True), encoding="utf-8")
    checked = subprocess.run([tool("amtool"), "check-config", str(file)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_people_read_text_and_the_channel_gets_its_form() -> None:
    routes: dict[str, Any] = alert_routes(Recipients(topic_arn=TOPIC, chat_topic_arn=CHAT, region="us-east-1"))
    for receiver in routes["receivers"][1:]:
        mail, chat = receiver["sns_configs"]
        assert (mail["topic_arn"], "message" in mail) == (TOPIC, False)
        assert (chat["topic_arn"], chat["message"]) == (CHAT, chat_message(receiver["name"]))


def _topics(recorder: Recorder[Any]) -> tuple[str, str]:
    """The topics of notifications and of chat messages, by ARN."""
    policies = {item.name: item.inputs["arn"] for item in recorder.of_type("aws:sns/topicPolicy:TopicPolicy")}
    return policies["monitoring-notifications-topic-policy"], policies["monitoring-notifications-chat-topic-policy"]


@pytest.mark.requirement("AT-24")
@pytest.mark.requirement("AT-103")
def test_the_products_alerts_reach_the_channel_that_a_stack_names() -> None:
    recorder = platform(settings("ai-trading", "prod", monitoring=SLACK))
    told, chat = _topics(recorder)
    channel = recorder.one("aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration").inputs
    assert channel["snsTopicArns"][:2] == [told, chat]
    (stack,) = [each for each in recorder.of_type(RELEASE) if each.inputs["name"] == "prometheus"]
    receivers = stack.inputs["values"]["alertmanager"]["config"]["receivers"]
    critical = next(each for each in receivers if each["name"] == "critical")
    assert [each["topic_arn"] for each in critical["sns_configs"]] == [told, chat]
    role = recorder.named("monitoring-metrics-alertmanager-permissions").document("policy")
    publishes = next(each for each in role["Statement"] if each["Action"] == ["sns:Publish"])
    assert publishes["Resource"] == [told, chat]


def test_amazons_prometheus_reaches_it_too() -> None:
    recorder = platform(settings("gridtokenx", "prod", runtime="ecs", monitoring=SLACK))
    told, chat = _topics(recorder)
    manager = recorder.one("aws:amp/alertManagerDefinition:AlertManagerDefinition").document("definition")
    receivers = json.loads(manager["alertmanager_config"])["receivers"]
    assert [each["topic_arn"] for each in receivers[1]["sns_configs"]] == [told, chat]
    policy = recorder.named("monitoring-notifications-chat-topic-policy").document("policy")
    assert [each["Sid"] for each in policy["Statement"]] == ["Prometheus", "TlsOnly"]


def test_without_a_channel_there_is_one_topic() -> None:
    recorder = platform(settings("ai-trading", "prod"))
    assert [item.name for item in recorder.of_type("aws:sns/topic:Topic")] == ["monitoring-notifications-topic"]
