"""What a program asks of the account instead of stating it, answered without one."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from offline_cloud.cloud.model import Diagnostic, Properties, Value
from offline_cloud.lookups import account, held, images, policy_documents, published
from offline_cloud.lookups.question import ACCOUNT_HELP, Answer, Answering, Question

__all__ = ["ACCOUNT_HELP", "Answer", "Question", "StatedAnswers", "answer", "is_answered"]

_FUNCTIONS: Final[Mapping[str, Answering]] = {
    **account.FUNCTIONS,
    **images.FUNCTIONS,
    **published.FUNCTIONS,
    "aws:iam/getPolicyDocument:getPolicyDocument": policy_documents.compose,
}


StatedAnswers: TypeAlias = Mapping[str, Sequence[tuple[Properties, Properties]]]
"""Token → conditions and answers, from ``offline_cloud.account_file``."""


def answer(question: Question, stated: StatedAnswers | None = None) -> Answer:
    """Answer a look-up, or say why not and what to do; what a person stated comes first."""
    for when, said in (stated or {}).get(question.token, ()):
        if _fulfils(question.arguments, when):
            return {"id": question.token, **question.stated(), **said}
    function = _FUNCTIONS.get(question.token)
    if function is not None:
        return function(question)
    published_answer = _published(question)
    if published_answer is not None:
        return published_answer
    found = held.answer(question) if question.token.startswith("aws:") else None
    return found if found is not None else _unanswered(question.token)


def _fulfils(argument: Value, wanted: Value) -> bool:
    if isinstance(argument, dict) and isinstance(wanted, dict):
        return all(_fulfils(argument.get(key), value) for key, value in wanted.items())
    return argument == wanted


def _published(question: Question) -> Answer | None:
    if question.function == "getParameter":
        return images.public_parameter(question)
    if question.function == "getPolicy" and question.token.startswith("aws:iam/"):
        return published.managed_policy(question)
    return None


def is_answered(token: str) -> bool:
    """Tell whether a look-up is answered here at all, whatever its arguments."""
    return token in _FUNCTIONS or (token.startswith("aws:") and held.resource_of(token) is not None)


def _unanswered(token: str) -> Diagnostic:
    return Diagnostic("", f"the offline cloud answers no look-up {token}", f"state the value itself, {ACCOUNT_HELP}")
