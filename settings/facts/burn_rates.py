"""How fast an error budget may burn before somebody is told: the SRE workbook's windows and factors.

https://sre.google/workbook/alerting-on-slos/, "6: Multiwindow, Multi-Burn-Rate Alerts", Table 5-8. Of a budget of 30
days, an hour at 14.4 times the pace takes 2 %, six hours at 6 times 5 %, a day at 3 times and three days at the pace
itself 10 %. The short window ends the alert soon after the trouble ends.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class BurnRate:
    """A budget that burns `factor` times as fast as it may, over a long window and still in the short one."""

    factor: float
    long: str
    short: str


PAGE = (BurnRate(14.4, "1h", "5m"), BurnRate(6, "6h", "30m"))
"""Somebody is called."""
TICKET = (BurnRate(3, "1d", "2h"), BurnRate(1, "3d", "6h"))
"""Somebody looks on the next working day."""

FASTEST = max(rate.factor for rate in (*PAGE, *TICKET))
LONGEST_DAYS = 3
