"""What a person reads after an import."""

from collections.abc import Sequence

from settings.raw import Raw
from tools.importing.check import Checked, provided
from tools.importing.document import Draft


def report(draft: Draft, place: str, checked: Sequence[Checked]) -> str:
    """Say what was carried over, what the comments ask for, what is left to settle, and what comes next."""
    name = str(draft.data["name"])
    comments = sum(not said.startswith("From ") for each in draft.comments.values() for said in each)
    lines = [
        f"wrote {place}",
        f"  carried over  {_carried(draft)}",
        f"  comments      {comments}, each at its place, with what to do",
    ]
    for each in checked:
        if not each.diagnostics:
            lines.append(f"  {each.stack:<12}  valid as it stands")
            continue
        count = len(each.diagnostics)
        lines.append(f"  {each.stack:<12}  {count} diagnostic{'s' if count != 1 else ''} left:")
        lines += [f"    {one.setting}: {one.allowed}; {one.fix}" for one in each.diagnostics]
    settings = " ".join(f"groundwork:secrets.{secret}=any" for secret in provided(draft))
    lines += ["next:", f"  make preview STACK=dev WORKLOAD={name}{f' CONFIG={settings!r}' if settings else ''}"]
    if settings:
        lines.append("  (offline, any value does for a provided secret)")
    return "\n".join([*lines, "  docs/how-to/bring-a-product.md  what to look at"]) + "\n"


def _carried(draft: Draft) -> str:
    counts = [
        (len(_below(draft, "services")), "service"),
        (len(_below(draft, "jobs")), "job"),
        (len(_below(draft, "secrets")), "secret"),
        (_routes(draft), "route"),
    ]
    stores = [key for key in ("database", "timeseries", "cache", "event_bus") if key in draft.data]
    said = [f"{count} {what}{'s' if count != 1 else ''}" for count, what in counts if count]
    return ", ".join([*said, *stores])


def _below(draft: Draft, key: str) -> dict[str, Raw]:
    section = draft.data.get(key)
    return section if isinstance(section, dict) else {}


def _routes(draft: Draft) -> int:
    routes = _below(draft, "ingress").get("routes")
    return len(routes) if isinstance(routes, list) else 0
