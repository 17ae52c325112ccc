"""Something that a product can run out of at its peak."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    """One thing that can run out; `most` is what the settings allow, `asked` the most that the product asks for."""

    what: str
    asked: float
    most: float
    unit: str

    @property
    def percent(self) -> int:
        """How much of it the peak takes."""
        return round(self.asked / self.most * 100)
