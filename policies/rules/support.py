"""Rules over versions that AWS stops supporting."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from policies.about import high
from policies.rule import resource_rule
from policies.view import Resource

SOON = timedelta(days=90)
LAST_DAYS: Mapping[str, Mapping[str, date]] = {
    "Kubernetes": {
        "1.32": date(2026, 3, 22),
        "1.33": date(2026, 7, 28),
        "1.34": date(2026, 12, 1),
        "1.35": date(2027, 3, 26),
    },
    "PostgreSQL": {
        "14": date(2027, 2, 28),
        "15": date(2028, 2, 29),
        "16": date(2029, 2, 28),
        "17": date(2030, 2, 28),
    },
    "Lambda's": {"python3.13": date(2029, 6, 30)},
}
"""The last day of standard support, as of 2026-11; settings/facts has the same days with their sources."""


def leaving(what: str, version: str, today: date) -> Iterator[str]:
    """Yield what is wrong with a version: its support has ended, or ends within 90 days and there is a newer one."""
    known = LAST_DAYS[what]
    last = known.get(version)
    newest = max(known, key=lambda each: known[each])
    if last is None and (number := _number(version)) and number < min(map(_number, known)):
        yield f"{what} {version} left standard support long ago; go to {newest} (`make support` says until when)"
    if last is None or today + SOON <= last or (version == newest and today <= last):
        return
    verb = "left" if today > last else "leaves"
    fix = f"go to {newest}" if version != newest else "go to a newer one"
    yield f"{what} {version} {verb} standard support after {last}; {fix} (`make support` says what else ends when)"


def _number(version: str) -> tuple[int, ...]:
    """The figures of a version, such as `1.35` or `python3.13`; none of a runtime that the table has no kind of."""
    if version[:1].isalpha() and not version.startswith("python"):
        return ()
    return tuple(int(each) for each in version.removeprefix("python").split(".") if each.isdigit())


def _today() -> date:
    return datetime.now(UTC).date()


@resource_rule(
    "version-supported",
    "No version that AWS is about to stop supporting",
    "aws:eks/cluster:Cluster",
    "aws:rds/instance:Instance",
    "aws:lambda/function:Function",
    about=high(
        "Flaws that become known are no longer fixed, or extended support is charged for.",
        "Go to a version that is supported; `make support` says until when each is.",
        "CKV_AWS_339",
        "CKV_AWS_363",
        "PCI DSS 6.3.3",
    ),
)
def version_supported(resource: Resource) -> Iterator[str]:
    """A version that is the newest of the table counts until its last day: there is nothing to go to before."""
    version, major = resource.value("version"), resource.value("engineVersion")
    if isinstance(version, str):
        yield from leaving("Kubernetes", version, _today())
    if isinstance(major, str) and resource.is_set("engine", "postgres"):
        yield from leaving("PostgreSQL", major.partition(".")[0], _today())
    runtime = resource.value("runtime")
    if isinstance(runtime, str):
        yield from leaving("Lambda's", runtime, _today())


RULES = (version_supported,)
