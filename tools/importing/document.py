"""The workload file while it is made: its data, and the comments by the place that they belong to."""

from dataclasses import dataclass, field

from settings.raw import Path, Raw
from tools.importing.found import Note


@dataclass(kw_only=True)
class Draft:
    """Data in reading order; a comment at a path stands above that key, or at the head of what holds it."""

    head: list[str] = field(default_factory=list[str])
    data: dict[str, Raw] = field(default_factory=dict[str, Raw])
    comments: dict[Path, list[str]] = field(default_factory=dict[Path, list[str]])

    def comment(self, path: Path, *sentences: str) -> None:
        """Add comments at a path, each once."""
        there = self.comments.setdefault(path, [])
        there += [sentence for sentence in sentences if sentence not in there]

    def notes(self, path: Path, notes: list[Note]) -> None:
        """Add what is not carried over, each at its place below a path."""
        for note in notes:
            self.comment((*path, *note.at), note.sentence)
