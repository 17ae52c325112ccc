"""Mistakes in settings, told so that a person can mend them: where, what was given, what is allowed, what to do."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ValidationError


@dataclass(frozen=True)
class Problem:
    path: str
    given: object
    allowed: str
    mend: str

    def render(self) -> str:
        return f"{self.path}\n    given    {self.given!r}\n    allowed  {self.allowed}\n    mend     {self.mend}"


class SettingsError(Exception):
    """One or more mistakes in what the user stated; nothing was created."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.render())

    def render(self) -> str:
        count = len(self.problems)
        head = f"{count} mistake{'s' if count != 1 else ''} in the settings; nothing was created."
        return "\n\n".join([head, *(problem.render() for problem in self.problems)])


def problems_from(error: ValidationError, file: str) -> list[Problem]:
    """Turn pydantic's errors into problems with the path inside `file`."""
    return [
        Problem(f"{file}: {'.'.join(map(str, item['loc']))}", item["input"], item["msg"], "correct the value")
        for item in error.errors()
    ]
