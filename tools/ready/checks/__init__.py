"""The checks, in the order in which they are printed: each yields the lines of one subject."""

from collections.abc import Callable, Iterator

from tools.ready.case import Case
from tools.ready.checks import access, domain, images, people, quotas, reach, roles, secrets, state, zones
from tools.ready.line import Line

CHECKS: tuple[Callable[[Case], Iterator[Line]], ...] = (
    state.check,
    reach.check,
    zones.check,
    roles.check,
    access.check,
    quotas.check,
    domain.check,
    secrets.check,
    images.check,
    people.check,
)
