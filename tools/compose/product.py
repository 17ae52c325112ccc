"""Reading a workload file on its own, without a stack."""

from pathlib import Path

from settings.checks.rules import workload_diagnostics
from settings.diagnostics import Diagnostic, SettingsError
from settings.document import read as read_document
from settings.suggest import choose, listed
from settings.validation import validate
from settings.workload import Workload


def read(folder: Path, name: str) -> Workload:
    """Return the product. Raises SettingsError with every mistake in its file."""
    path = folder / f"{name}.yaml"
    if not path.is_file():
        names = sorted(each.stem for each in folder.glob("*.yaml"))
        fix = choose(name, names, "name one that exists")
        raise SettingsError([Diagnostic(("workload",), name, f"a file in {folder.name}/: {listed(names)}", fix)])
    document = read_document(path, f"{folder.name}/{path.name}")
    if not document.readable:
        raise SettingsError(list(document.diagnostics))
    validated = validate(Workload, document.data)
    found = list(validated.diagnostics)
    if validated.model is not None:
        found += validated.keep(workload_diagnostics(validated.model))
    diagnostics = [*document.diagnostics, *map(document.place, found)]
    if diagnostics or validated.model is None:
        raise SettingsError(diagnostics)
    return validated.model
