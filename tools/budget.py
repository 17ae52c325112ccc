"""What a product allows a stack to cost a month: `monthly_dollars` of its file, held against list prices."""

from pathlib import Path

from settings import SettingsError
from settings.workload import Workload
from tools.stack import settings_of


def limit(stack: str, workload: str | None, project: Path, environment: str | None = None) -> int | None:
    """Give the dollars a month that a stack may cost; None without a limit, or where the settings cannot be read.

    What is wrong with settings the preview says. `environment` is one that is laid over the stack's.
    """
    try:
        settings = settings_of(stack, workload, project)
    except (SettingsError, OSError, KeyError, TypeError):
        return None
    return of(settings.workload, environment or settings.stack.environment)


def of(workload: Workload, environment: str) -> int | None:
    """Give the dollars a month that a product allows an environment."""
    return {str(name): dollars for name, dollars in workload.monthly_dollars.items()}.get(environment)


def over(stack: str, dollars: float, allowed: int | None) -> str:
    """Say by how much a stack costs more than it may; empty where it does not."""
    if allowed is None or dollars <= allowed:
        return ""
    return (
        f"{stack} would cost {dollars:,.2f} dollars a month at list prices, {dollars - allowed:,.2f} more than the "
        f"{allowed:,} that monthly_dollars of its product allows; make it smaller, or allow more"
    )
