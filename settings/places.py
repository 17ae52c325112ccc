"""Where a setting stands: the stack's file states what its environment and the product do not."""

from settings.base import Settings
from settings.document import Document
from settings.raw import dotted
from settings.stacks import PROJECT


class Place(Settings):
    """A line of a file, and what stands before a setting's path there."""

    file: str
    line: int
    prefix: str = ""


def places(stack: Document, product: Document) -> dict[str, Place]:
    """Find the place of each path; where both files state one, the stack's word holds."""
    found = {dotted(path): Place(file=product.file, line=line) for path, line in product.lines.items() if path}
    prefix = f"{PROJECT}:"
    for path, line in stack.lines.items():
        match path:
            case ("config", str(key), *rest) if key.startswith(prefix):
                setting = dotted((key.removeprefix(prefix), *rest))
                found[setting] = Place(file=stack.file, line=line, prefix=prefix)
            case _:
                continue
    return found
