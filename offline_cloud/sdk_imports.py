"""The modules of the AWS SDK and of the Kubernetes SDK, imported when a program names what is in them.

A service's package imports a module for each of its resources and look-ups: 863 modules for the services that this
repository's platform uses, of which it needs 330. A fifth of the time of all its imports went there.
"""

import importlib
import re
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any, Final

_SERVICE: Final = re.compile(r"pulumi_aws\.[a-z0-9_]+|pulumi_kubernetes(\.[a-z0-9_]+)+\.v[0-9][a-z0-9]*")
_SHARED: Final = ("_inputs", "_enums")
# What comes after a resource's or a look-up's own name in the names that its module defines.
_AFTER: Final = re.compile(r"(?<=.)(Args|ArgsDict|Result|_output)$")
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def on_demand() -> None:
    """Import a service's modules one by one from now on, in this process."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not _SERVICE.fullmatch(fullname):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None and spec.submodule_search_locations:
            spec.loader = _OnDemand(spec.loader)
        return spec


class _OnDemand(Loader):
    """Gives a package that looks for each name in the module that is called like it.

    A name that is not found that way makes the package what it would have been: it runs its own `__init__` then.
    """

    def __init__(self, whole: Loader) -> None:
        self._whole = whole

    def exec_module(self, module: ModuleType) -> None:
        modules = {file.stem for file in Path(module.__path__[0]).glob("*.py")}

        def missing(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            for submodule in (*_modules_of(name), *_SHARED):
                if submodule in modules:
                    found = importlib.import_module(f"{module.__name__}.{submodule}")
                    value = vars(found).get(name, found if submodule == name else None)
                    if value is not None:
                        vars(module)[name] = value
                        return value
            del vars(module)["__getattr__"]
            self._whole.exec_module(module)
            return getattr(module, name)

        vars(module)["__getattr__"] = missing


def _modules_of(name: str) -> tuple[str, str]:
    """Give the module that a name is in as each SDK calls it: `log_group` for AWS, `ConfigMap` for Kubernetes."""
    own = _AFTER.sub("", name)
    return _WORD.sub("_", own).lower(), own
