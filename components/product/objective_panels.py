"""The dashboard of a product's objectives: how far each is kept, and how fast its budget burns."""

from collections.abc import Iterator

from components.product.objectives import BAD_EVENTS, EVENTS, LATENCY, ratio
from settings.workload import Workload
from settings.workload.objectives import BudgetObjective, LatencyObjective
from settings.workload.observation import Dashboard, Panel


def objective_dashboard(workload: Workload) -> Dashboard | None:
    """Give the dashboard `<product> objectives`; None for a product that states none."""
    panels = tuple(panel for objective in workload.objectives for panel in _panels(objective))
    return Dashboard(title=workload.objectives_title, panels=panels) if panels else None


def _panels(objective: LatencyObjective | BudgetObjective) -> Iterator[Panel]:
    of = f'{{objective="{objective.name}"}}'
    if isinstance(objective, LatencyObjective):
        limit = objective.milliseconds / 1000
        yield Panel(title=f"{objective.name}: latency", unit="s", expression=f"{LATENCY}{of}")
        yield Panel(
            title=f"{objective.name}: share of the {objective.milliseconds} ms",
            unit="percentunit",
            chart="gauge",
            maximum=1,
            expression=f"{LATENCY}{of} / {limit:g}",
        )
        return
    days, budget = objective.window_days, f"{objective.budget:g}"
    failed = f"sum_over_time({BAD_EVENTS}{of}[{days}d]) / (sum_over_time({EVENTS}{of}[{days}d]) > 0)"
    yield Panel(
        title=f"{objective.name}: budget left of {days} days",
        unit="percentunit",
        chart="gauge",
        maximum=1,
        expression=f"1 - {failed} / {budget}",
    )
    yield Panel(title=f"{objective.name}: burn rate of the hour", expression=f"{ratio('1h')}{of} / {budget}")
    yield Panel(title=f"{objective.name}: share that fails", unit="percentunit", expression=f"{ratio('5m')}{of}")
