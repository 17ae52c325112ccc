"""Who is told when an alarm goes off."""

from collections.abc import Iterator

from tools.ready.account import NotAskedError
from tools.ready.case import Case
from tools.ready.line import Line, missing, not_asked, ok, to_do

_SUBJECT = "subscriptions"
_CHATBOT_REGION = "us-east-2"
"""The service answers there for every region. https://docs.aws.amazon.com/general/latest/gr/chatbot.html"""


def check(case: Case) -> Iterator[Line]:
    monitoring = case.settings.stack.monitoring
    if monitoring.unattended:
        yield ok(_SUBJECT, "nobody is told, as monitoring.unattended says")
    elif not monitoring.recipients:
        remedy = "state `monitoring: {emails: [operations@example.com]}`, or a Slack channel"
        yield missing(_SUBJECT, "alarms go off, and nobody is told", remedy)
    for email in monitoring.emails:
        yield to_do(_SUBJECT, f"{email} gets a mail from AWS during `up`", "follow the link in it within three days")
    if monitoring.slack_workspace:
        yield from _slack(case, monitoring.slack_workspace)


def _slack(case: Case, workspace: str) -> Iterator[Line]:
    remedy = "authorise the workspace once, in the console of Amazon Q Developer in chat applications"
    try:
        answer = case.account.ask("chatbot", "describe_slack_workspaces", _CHATBOT_REGION)
    except NotAskedError as why:
        yield not_asked(_SUBJECT, f"whether Slack workspace {workspace} lets AWS in: {why}", remedy)
        return
    known = {each["SlackTeamId"] for each in answer.get("SlackWorkspaces", [])}
    if workspace in known:
        yield ok(_SUBJECT, f"Slack workspace {workspace} lets AWS in")
    else:
        yield missing(_SUBJECT, f"Slack workspace {workspace} does not know this account", remedy)
