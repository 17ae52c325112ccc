"""Reading the files that are imported: what cannot be read is one line that says what to do."""

import re
from itertools import pairwise
from pathlib import Path

from settings.composing import LARGEST_BYTES
from settings.document import Document, parse


class InputError(Exception):
    """One line: what is wrong with what was given, and what to do."""


_MARKER = re.compile(r"^---(?=\s|$)", re.MULTILINE)
"""At the start of a line it is always a document's beginning (YAML 1.2.2, section 9.1.2)."""


def content(path: Path) -> str:
    """Return a text file's content. Raises InputError for one that is missing, too large, or no text."""
    try:
        with path.open("rb") as file:
            found = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file; FROM= names a Compose file or manifests") from None
    except IsADirectoryError:
        raise InputError(f"{path}: a folder stands where a file is expected; name the file") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'it cannot be opened'}; make it readable") from None
    if len(found) > LARGEST_BYTES:
        size = path.stat().st_size
        raise InputError(f"{path}: {size:,} bytes, and at most {LARGEST_BYTES:,} are read; name a smaller file")
    if b"\0" in found:
        raise InputError(f"{path}: a binary file, not YAML; name a Compose file or manifests")
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8 text") from None


def documents(path: Path) -> list[Document]:
    """Return a file's YAML documents, empty ones left out. Raises InputError for what is not YAML."""
    whole = content(path)
    starts = [0, *(match.start() for match in _MARKER.finditer(whole)), len(whole)]
    read: list[Document] = []
    for start, end in pairwise(starts):
        # Blank lines in place of what stands before keep the line numbers.
        document = parse("\n" * whole.count("\n", 0, start) + whole[start:end], str(path))
        if document.diagnostics:
            first = document.diagnostics[0]
            raise InputError(f"{first.place}: {first.allowed} is expected; {first.fix}")
        if document.data not in ({}, None):
            read.append(document)
    return read


def single(path: Path) -> Document:
    """Return the one document of a file. Raises InputError for none, or several."""
    found = documents(path)
    if len(found) != 1:
        count = "nothing" if not found else f"{len(found)} documents"
        raise InputError(f"{path}: {count} in it, and a Compose file is one document; name another file")
    return found[0]
