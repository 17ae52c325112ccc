"""How often the platform changes the passwords that it made itself."""

from pydantic import Field

from settings.base import Settings
from settings.cells import Cells


class RotationSettings(Settings):
    """The passwords of the stores' users; a product's own secrets state their period themselves."""

    every_days: int | None = Field(default=None, ge=30, le=365)
    """Age at which a password of a store's user is changed; without it, it stays as it was made."""


ROWS: dict[str, Cells] = {
    # setting                               dev             staging          production       budget
    "every_days":                        (None,           90,              90,              None),
}  # fmt: skip
"""90 days are the most that PCI DSS 8.3.9 and AWS Config's own rule accept
(https://docs.aws.amazon.com/config/latest/developerguide/secretsmanager-secret-periodic-rotation.html)."""
