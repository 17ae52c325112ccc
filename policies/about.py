"""What a rule says of itself: how bad it is to break it, what happens then, how to fix it, whose controls ask for it.

Controls are named by their framework: checkov's IDs as they stand, and `CIS AWS` (CIS AWS Foundations Benchmark 5.0),
`CIS EKS` (CIS EKS Benchmark 1.8), `PCI DSS` (4.0) and `SOC 2` (its trust services criteria) before theirs. Which of
them a rule answers to is read from checkov, Prowler's mappings and kube-bench; a rule that these do not know has none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FRAMEWORKS: Final[Mapping[str, str]] = {
    "checkov": r"CKV2?_(AWS|K8S)_\d+",
    "CIS AWS": r"CIS AWS \d(\.\d+)+",
    "CIS EKS": r"CIS EKS \d(\.\d+){2}",
    "PCI DSS": r"PCI DSS \d+(\.\d+)+",
    "SOC 2": r"SOC 2 [A-Z]{1,2}\d\.\d",
}
"""How the controls of each framework are written."""


class Severity(StrEnum):
    """How bad it is to break a rule, the worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class About:
    """`risk` is what happens where the rule is broken; `fix` is what to change; `controls` ask for the same."""

    severity: Severity
    risk: str
    fix: str
    controls: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for a control of no known framework."""
        for control in self.controls:
            framework_of(control)

    def of_framework(self, framework: str) -> tuple[str, ...]:
        """Give the controls of one framework, without its name."""
        return tuple(each.removeprefix(f"{framework} ") for each in self.controls if framework_of(each) == framework)


def framework_of(control: str) -> str:
    """Name the framework of a control. Raises ValueError where it is written like none's."""
    for name, form in FRAMEWORKS.items():
        if re.fullmatch(form, control):
            return name
    raise ValueError(f"{control!r} is no control of {', '.join(FRAMEWORKS)}")


def critical(risk: str, fix: str, *controls: str) -> About:
    """Describe a rule whose breach lets anybody in, or loses data."""
    return About(Severity.CRITICAL, risk, fix, controls)


def high(risk: str, fix: str, *controls: str) -> About:
    """Describe a rule whose breach leaves one step to that."""
    return About(Severity.HIGH, risk, fix, controls)


def medium(risk: str, fix: str, *controls: str) -> About:
    """Describe a rule whose breach is of use beside another weakness."""
    return About(Severity.MEDIUM, risk, fix, controls)


def low(risk: str, fix: str, *controls: str) -> About:
    """Describe a rule whose breach costs order or money."""
    return About(Severity.LOW, risk, fix, controls)
