"""Reading a workload file on its own, without a stack."""

from pathlib import Path

from settings.checks import workload_findings
from settings.document import read as read_document
from settings.problems import Problem, SettingsError
from settings.suggest import choose, listed
from settings.validation import validate
from settings.workload import Workload


def read(folder: Path, name: str) -> Workload:
    """Return the product. Raises SettingsError with every mistake in its file."""
    path = folder / f"{name}.yaml"
    if not path.is_file():
        names = sorted(each.stem for each in folder.glob("*.yaml"))
        mend = choose(name, names, "name one that exists")
        raise SettingsError([Problem("workload", name, f"a file in {folder.name}/: {listed(names)}", mend)])
    document = read_document(path, f"{folder.name}/{path.name}")
    if not document.readable:
        raise SettingsError(list(document.problems))
    validated = validate(Workload, document.data)
    findings = list(validated.findings)
    if validated.model is not None:
        findings += validated.keep(workload_findings(validated.model))
    problems = [*document.problems, *map(document.problem, findings)]
    if problems or validated.model is None:
        raise SettingsError(problems)
    return validated.model
