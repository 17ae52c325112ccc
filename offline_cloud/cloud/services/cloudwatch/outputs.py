"""Outputs of EventBridge's rules and targets."""

from offline_cloud.cloud.core.subject import Subject


def event_rule_id(subject: Subject) -> str:
    bus = subject.input("eventBusName", "default")
    return subject.name if bus == "default" else f"{bus}/{subject.name}"
