"""Facts that documentation states in fixed words: lists of values, ranges, lengths, and what excludes what.

Only wordings that are meant to be complete are read ("Valid values are", not "values include" or "such as"), and only
one statement of a kind in a text: where a text has two ranges, they hold under different conditions.
"""

import html
import re
from typing import Final

from tools.aws_model.facts import Facts, Kind

_TAG: Final = re.compile(r"<[^>]+>")
_CODE: Final = re.compile(r"</?code>")
_ASIDE: Final = re.compile(r"\([^()]*\)")
_TRIGGER: Final = (
    r"(?:(?:valid|possible|allowed|accepted|permitted) (?:values?|options?)(?: are| is)?|"
    r"the only (?:options?|values?) are|(?:must|should|can) be(?: set to)?"
    r"(?: either)? one of|(?:must|can|may) be either|the value is)"
)
_QUOTED: Final = r"(?:`[^`]+`)"
_VALUES: Final = re.compile(
    rf"\b{_TRIGGER}:?\s*(?:the following:?)?\s*(?:one of|either)?:?\s*"
    rf"({_QUOTED}(?:(?:\s*[,;|/*+-]?\s*(?:and|or|,|\|)?\s*){_QUOTED})+)(\s*(?:etc|and more|,? among))?",
    re.IGNORECASE,
)
_PIPED: Final = re.compile(r"valid values?(?::| are:?)?\s*`([^`|]+(?:\s*\|\s*[^`|]+)+)`", re.IGNORECASE)
# A text that begins with its values, and says nothing of others: "immediate" (default), or "pending-reboot".
_FIRST: Final = re.compile(rf"^{_QUOTED}(?:\s*,\s*{_QUOTED})*\s*,?\s*or\s+{_QUOTED}(?=\.|$)")
# A list that is not all: by a word before it, by a condition in its own sentence, or by what follows it.
_OPEN: Final = re.compile(
    r"(?:include|such as|for example|e\.g\.|comma|combination|only current|\b(?:when|if|unless|where|whether)\b[^.]*)$",
    re.IGNORECASE,
)
_GOES_ON: Final = re.compile(
    r"^[\s,;]*(?:(?:or|and|,)?\s*(?:for|when|if|on|in|or|and|plus|with|to|through)\b|-|etc|\.\.\.|…)", re.IGNORECASE
)
_WILD: Final = re.compile(r"[<>\s{}…*]|\.\.\.|XX")
_CONDITION: Final = re.compile(
    r"multipl|\bcomma|combination|\bratio\b|percent of|for example|e\.g\.|number of months|\bddd:|also valid",
    re.IGNORECASE,
)
_NUMBER: Final = r"`?(-?\d[\d,]*(?:\.\d+)?)`?"
_UNIT: Final = r"(?:\s*(?:seconds?|days?|minutes?|hours?|GiB|GB|MiB|MB|milliseconds?|bytes))?"
_RANGE: Final = re.compile(
    rf"(?:(?:value|integer|number|range|between|values?:?|limit)\s*(?:is|are|of|:)?\s*(?:from|between)?\s*|from )"
    rf"{_NUMBER}{_UNIT}\s*(?:-|\u2013|to|and|through)\s*{_NUMBER}\b(?!\s*characters|\s*letters|\s*alphanumeric)",
    re.IGNORECASE,
)
_UNIT_OF: Final = r"(?:\s*(second|minute|hour|day|week|month|year|[KMGT]i?B|byte)s?)?"
# A distance from another property is no bound: "at least 90 days after the number of days in …".
_OF: Final = (
    rf"`?(-?\d[\d,]*)`?(?![\d.]*\d|%)(?!(?:\s*[a-z]+)?\s+(?:after|before|greater|more|later|earlier)\b){_UNIT_OF}"
)
_LEAST: Final = re.compile(
    rf"(?:minimum(?: allowed| supported)?(?: value)?(?: of [^.]{{1,50}})? is|minimum:|"
    rf"must be (?:at least|greater than or equal to))\s*{_OF}",
    re.IGNORECASE,
)
_MOST: Final = re.compile(
    r"(?:maximum(?: allowed| supported)?(?: value)?(?: of [^.]{1,50})? is|"
    rf"must be (?:at most|no more than|less than or equal to)|(?:cannot|must not|can't) exceed|maximum:)\s*{_OF}",
    re.IGNORECASE,
)
_LENGTH: Final = re.compile(
    r"(?:maximum (?:length )?(?:of|is)|up to|no more than|longer than|at most|exceed|max(?:imum)?:?)\s+(\d+)\s+"
    r"(?:\w+ )?(?:characters|letters|bytes)",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    r"(\d+)\s*(?:-|\u2013|to|and)\s*(\d+)\s+(?:alphanumeric |lowercase |printable )?(?:characters|letters)",
    re.IGNORECASE,
)
_CONFLICT: Final = re.compile(
    r"(?:conflicts with|exclusive with|cannot be (?:used|specified|set) with)((?:[ ,]|and|or|`\w+`)+)", re.IGNORECASE
)
_FIXED: Final = re.compile(
    r"forces (?:a )?(?:new resource|replacement|recreation)|forces (?:a )?new|"
    r"changing (?:this|it)[^.]*(?:new|recreat|replac)",
    re.IGNORECASE,
)
_DEFAULT: Final = re.compile(r"(?:defaults? (?:to|is|value is|value of)|default:)\s*[`\"]([^`\"]+)[`\"]", re.IGNORECASE)


def plain(text: str) -> str:
    """Turn HTML of botocore's documentation, and the SDK's Markdown, into text whose values stand in back quotes."""
    text = _CODE.sub("`", text)
    text = html.unescape(_TAG.sub(" ", text)).replace("``", "`").replace("*", " ")
    return re.sub(r'"([A-Za-z0-9_.:/-]+)"', r"`\1`", " ".join(text.split())).replace("``", "`")


def facts(text: str, kind: Kind) -> Facts:
    """Read what a text says of a value of this kind; nothing when it says nothing, or two things."""
    said = plain(text)
    if kind == "string":
        least, most = _length(said)
        return Facts(values=values(said), least=least, most=most)
    if kind in ("integer", "number"):
        listed = values(said)
        if listed is None or not all(re.fullmatch(r"-?\d+", value) for value in listed):
            return _range(_ASIDE.sub("", said))
        if len(listed) > 2:  # noqa: PLR2004 - two numbers may be meant as the ends of a range
            return Facts(values=listed)
        return Facts(least=min(map(int, listed)), most=max(map(int, listed)))
    return Facts()


def values(said: str) -> frozenset[str] | None:
    """Read the one complete list of values that a text states."""
    said = _ASIDE.sub("", said)
    piped = [match[1] for match in _PIPED.finditer(said)]
    if len(piped) == 1:
        return _clean([value.strip() for value in piped[0].split("|")])
    first = _FIRST.match(said)
    if first:
        return _clean(re.findall(r"`([^`]+)`", first[0]))
    found = [match for match in _VALUES.finditer(said) if match[2] is None]
    if len(found) != 1 or _OPEN.search(said[: found[0].start()]) or _GOES_ON.search(said[found[0].end() :]):
        return None
    if _CONDITION.search(said):
        return None
    return _clean(re.findall(r"`([^`]+)`", found[0][1]))


def _clean(listed: list[str]) -> frozenset[str] | None:
    good = [value.strip(" \"'") for value in listed]
    if any(not value or _WILD.search(value) for value in good) or len(set(good)) < 2:  # noqa: PLR2004
        return None
    return frozenset(good)


def _range(said: str) -> Facts:
    if _CONDITION.search(said):
        return Facts()
    found = {(match[1], match[2]) for match in _RANGE.finditer(said)}
    if not found:
        return Facts(least=_bound(_LEAST, said), most=_bound(_MOST, said))
    if len(found) != 1:
        return Facts()
    low, high = (float(part.replace(",", "")) for part in found.pop())
    return Facts(least=low, most=high) if low < high else Facts()


def _bound(wording: re.Pattern[str], said: str) -> float | None:
    """Read a bound alone. A unit beside it has to be the property's own, which the text then names once more."""
    found = {
        float(match[1].replace(",", ""))
        for match in wording.finditer(said)
        if match[2] is None or len(re.findall(match[2], said, re.IGNORECASE)) > 1
    }
    return found.pop() if len(found) == 1 else None


def _length(said: str) -> tuple[float | None, float | None]:
    between = {(int(match[1]), int(match[2])) for match in _BETWEEN.finditer(said)}
    if len(between) == 1:
        return between.pop()
    most = {int(match[1]) for match in _LENGTH.finditer(said)}
    return None, most.pop() if len(most) == 1 and not between else None


def conflicts(text: str) -> list[str]:
    """Name the properties that a text says cannot stand beside this one."""
    return [name for match in _CONFLICT.finditer(text) for name in re.findall(r"`(\w+)`", match[1])]


def is_fixed(text: str) -> bool:
    """Tell whether a text says that a change replaces the resource."""
    return bool(_FIXED.search(text))


def default(text: str) -> str | None:
    """Read the one default that a text states."""
    found = {match[1] for match in _DEFAULT.finditer(plain(text))}
    return found.pop() if len(found) == 1 else None
