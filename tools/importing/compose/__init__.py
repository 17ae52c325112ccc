"""Compose files, as https://docs.docker.com/reference/compose-file/ describes them."""

from pathlib import Path

from tools.importing.compose import services
from tools.importing.compose.project import project
from tools.importing.found import Found

_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


def read(file: Path, profiles: frozenset[str]) -> Found:
    """Return what a Compose file runs, with what it includes. Raises InputError."""
    return services.read(project(file), profiles)


def file_in(folder: Path) -> Path | None:
    """Return the Compose file of a folder, as Docker looks for it."""
    return next((folder / name for name in _NAMES if (folder / name).is_file()), None)
