"""What the pages of docs/runbooks say of each alert that the rules know: `python -m tests.alerts.facts` writes it."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from components.monitoring.backlogs import exporter_values
from tests.alerts.rules import WORKLOADS, alerts, production
from tests.components.monitoring.test_backlogs import BACKLOGS

PAGES = Path(__file__).parents[2] / "docs" / "runbooks"
_SECTION = re.compile(r"^## (\w+)\n\n(<!-- facts -->\n).*?(<!-- /facts -->\n)", re.MULTILINE | re.DOTALL)


@cache
def known() -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Every alert by its name, as each product makes it, with `$N` for the product's namespace."""
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for workload in WORKLOADS:
        for rule in alerts(workload):
            expression = rule["expr"].replace(f'namespace="{production(workload).namespace}"', 'namespace="$N"')
            found.setdefault(rule["alert"], []).append((workload, {**rule, "expr": expression}))
    backlogs: Any = exporter_values(BACKLOGS, "us-east-1", 2)["prometheusRule"]
    found |= {rule["alert"]: [("a queue to scale by", rule)] for rule in backlogs["rules"][:1]}
    return found


def facts(alert: str) -> str:
    """Say how urgent an alert is, how long it waits, of which products it is, and what it asks."""
    made = known()[alert]
    (severity,) = {rule["labels"]["severity"] for _, rule in made}
    waits = " or ".join(sorted({rule["for"] for _, rule in made}))
    products = list(dict.fromkeys(workload for workload, _ in made))
    of = "every product" if products == list(WORKLOADS) else ", ".join(products)
    said = f"*{severity}, {'at once' if waits == '0s' else f'after {waits}'}; {of}*"
    return "\n".join([said, "", "```", *_expressions(made), "```", ""])


def _expressions(made: list[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    """List the different expressions with their products; of a product's objectives the first stands for all."""
    products: dict[str, list[str]] = {}
    for workload, rule in dict(reversed(made)).items():
        products.setdefault(rule["expr"], []).insert(0, workload)
    for expression, names in reversed(products.items()):
        yield f"{expression}  # {', '.join(names)}" if len(products) > 1 else expression


def sections(text: str) -> list[str]:
    """Name the alerts that a page has a section of."""
    return [match[1] for match in _SECTION.finditer(text)]


def written(text: str) -> str:
    """Give a page with the facts of its sections as they are now."""
    return _SECTION.sub(lambda match: f"## {match[1]}\n\n{match[2]}{facts(match[1])}{match[3]}", text)


def main() -> None:
    """Write the facts into the pages."""
    for page in sorted(PAGES.glob("alerts*.md")):
        page.write_text(written(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
