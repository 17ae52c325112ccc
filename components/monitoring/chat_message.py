"""What Prometheus's alerts look like in a chat channel: Alertmanager's template of the one form that the client shows.

Amazon Q Developer in chat applications (AWS Chatbot) posts events of AWS services, and of everything else only this
JSON; other texts it drops. https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
"""

from typing import Final

LISTED_ALERTS: Final = 8
_SUMMARY, _DETAIL, _PLACE, _NAME = 100, 150, 80, 60


def _text(value: str, longest: int) -> str:
    """Write a template that puts a value into a JSON string, cut to `longest` characters.

    Line breaks and other control characters become spaces, quotes and backslashes are escaped. `reReplaceAll` is in
    every Alertmanager, `toJson` only in newer ones, and nobody says which one Amazon's own workspace runs.
    """
    return (
        f'{{{{ printf "%.{longest}s" ({value}) | reReplaceAll "[[:cntrl:]]+" " "'
        ' | reReplaceAll "([\\"\\\\\\\\])" "\\\\$1" }}'
    )


def _line() -> str:
    """One alert: what is wrong, where, and what to look at first."""
    summary = _text("or .Annotations.summary .Annotations.message .Labels.alertname", _SUMMARY)
    place = _text("or .Labels.pod .Labels.instance .Labels.namespace", _PLACE)
    detail = _text("or .Annotations.description .Annotations.runbook_url", _DETAIL)
    return (
        f"• {{{{ .Status }}}}: {summary}"
        f"{{{{ if or .Labels.pod .Labels.instance .Labels.namespace }}}} ({place}){{{{ end }}}}"
        f"{{{{ if or .Annotations.description .Annotations.runbook_url }}}}\\n{detail}{{{{ end }}}}\\n"
    )


def chat_message(severity: str) -> str:
    """Return the template of a severity's message: a title, and up to eight alerts of the group."""
    title = f"[{severity}] {{{{ .Status }}}}: {_text('or .GroupLabels.alertname .Receiver', _NAME)}"
    lines = f"{{{{ range $index, $alert := .Alerts }}}}{{{{ if lt $index {LISTED_ALERTS} }}}}{_line()}{{{{ end }}}}"
    more = f"{{{{ if gt (len .Alerts) {LISTED_ALERTS} }}}}… {{{{ len .Alerts }}}} in all{{{{ end }}}}"
    return (
        '{"version":"1.0","source":"custom","content":{"textType":"client-markdown",'
        f'"title":"{title}","description":"{lines}{{{{ end }}}}{more}"}}}}'
    )
