"""The whole document, and its text."""

from typing import cast

import yaml

from settings.workload import Workload
from tools.compose.services import file_name, files, kept, product
from tools.compose.stores import stores
from tools.compose.values import DATABASE, TIMESERIES

_HEAD = """# {name} on a developer's machine, written by `make compose WORKLOAD={name}` from workloads/{name}.yaml.
# Every password here is made up. Jobs wait to be started: docker compose run --rm <job>.
"""


def document(workload: Workload) -> dict[str, object]:
    """Return the product by the Compose Specification."""
    services = {**stores(workload), **product(workload)}
    texts = {
        file_name(name, path): {"content": content}
        for name, service in workload.services.items()
        for path, content in files(workload, service).items()
    }
    named = [*(store for store in (DATABASE, TIMESERIES) if store in services)]
    named += [f"{name}-{volume}" for name, service in workload.services.items() for volume in kept(service).values()]
    whole: dict[str, object] = {"name": workload.name, "services": services}
    whole |= {"configs": texts} if texts else {}
    whole |= {"volumes": {name: {} for name in named}} if named else {}
    return cast("dict[str, object]", _escaped(whole))


def text(workload: Workload) -> str:
    """Return the document as YAML, the same for the same workload file."""
    return _HEAD.format(name=workload.name) + yaml.dump(
        document(workload), Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True
    )


def _escaped(value: object) -> object:
    """Compose puts its own variables in place of $NAME; a dollar sign of the product's is written twice."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: _escaped(each) for key, each in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_escaped(each) for each in cast("list[object]", value)]
    return value


class _Dumper(yaml.SafeDumper):
    """Writes lines as lines, and nothing by reference."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


def _lines(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    del dumper
    return yaml.ScalarNode("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _lines)
