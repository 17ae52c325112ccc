"""Commands in Kubernetes' words, in ECS's."""

import re
import shlex
from collections.abc import Sequence

_VARIABLE = re.compile(r"\$\(([A-Za-z_][A-Za-z0-9_]*)\)")


def entry_point_and_command(command: Sequence[str], arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what replaces the image's entry point, and its command.

    In Kubernetes' words `command` replaces the entry point and `arguments` the command. Kubernetes also puts a
    variable's value in place of $(NAME); ECS does not, so there a shell does it, which the image must have. Raises
    ValueError for a variable among the arguments of an image's own entry point, which no shell can stand before.
    """
    words = [*command, *arguments]
    if not any(_VARIABLE.search(word) for word in words):
        return list(command), list(arguments)
    if not command:
        raise ValueError("arguments name a variable, and without a command there is nothing to start them with")
    return ["sh", "-c"], [" ".join(["exec", *map(_quoted, words)])]


def _quoted(word: str) -> str:
    """Quote for a shell all but the variables, whose values are taken as they are."""
    parts: list[str] = []
    end = 0
    for match in _VARIABLE.finditer(word):
        parts += [_plain(word[end : match.start()]), f'"${{{match.group(1)}}}"']
        end = match.end()
    return "".join([*parts, _plain(word[end:])]) or "''"


def _plain(text: str) -> str:
    return shlex.quote(text) if text else ""
