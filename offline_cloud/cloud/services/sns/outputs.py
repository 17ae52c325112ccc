"""Outputs of SNS."""

from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.model import ACCOUNT_ID, Properties


def topic_subscription(subject: Subject) -> Properties:
    # An e-mail subscription waits for its reader to confirm; AWS confirms the others at once.
    waits = subject.input("protocol") in ("email", "email-json")
    return {
        "arn": subject.id,
        "ownerId": ACCOUNT_ID,
        "pendingConfirmation": waits,
        "confirmationWasAuthenticated": not waits,
    }
