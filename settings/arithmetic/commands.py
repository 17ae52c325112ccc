"""Commands in Kubernetes' words, in ECS's."""

import re
import shlex
from collections.abc import Collection, Iterator, Sequence

_REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\))")
"""`$$` stands for `$`, `$(NAME)` for a variable's value.
https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/"""

_Part = tuple[str, bool]


def entry_point_and_command(
    command: Sequence[str], arguments: Sequence[str], variables: Collection[str]
) -> tuple[list[str], list[str]]:
    """Return what replaces the image's entry point, and its command; `variables` are the names that the container has.

    In Kubernetes' words `command` replaces the entry point and `arguments` the command. Kubernetes also puts a
    variable's value in place of $(NAME), leaves a $(name) that is no variable's as it is, and makes one $ of $$. ECS
    does none of it, so for a variable a shell does it, which the image must have. Raises ValueError for a variable
    among the arguments of an image's own entry point, which no shell can stand before.
    """
    words = [list(_parts(word, variables)) for word in (*command, *arguments)]
    if not any(of_variable for word in words for _, of_variable in word):
        plain = ["".join(text for text, _ in word) for word in words]
        return plain[: len(command)], plain[len(command) :]
    if not command:
        raise ValueError("arguments name a variable, and without a command there is nothing to start them with")
    return ["sh", "-c"], [" ".join(["exec", *map(_quoted, words)])]


def _parts(word: str, variables: Collection[str]) -> Iterator[_Part]:
    """Cut a word into text and names of variables, as (part, whether it is a name)."""
    end = 0
    for match in _REFERENCE.finditer(word):
        yield word[end : match.start()], False
        name = match.group(1)
        if name is None:
            yield "$", False
        else:
            yield (name, True) if name in variables else (match.group(), False)
        end = match.end()
    yield word[end:], False


def _quoted(word: Sequence[_Part]) -> str:
    """Quote for a shell all but the variables, whose values are taken as they are."""
    return "".join(f'"${{{part}}}"' if is_name else _plain(part) for part, is_name in word) or "''"


def _plain(text: str) -> str:
    return shlex.quote(text) if text else ""
