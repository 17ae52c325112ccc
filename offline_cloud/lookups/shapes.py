"""What the SDK says of look-ups: which there are, and what each answers."""

import functools
import importlib
import importlib.util
import re
from pathlib import Path
from typing import Final, cast

from pulumi import _types as sdk_types  # pyright: ignore[reportPrivateUsage]  # the SDK has no public reader

from offline_cloud.provider.catalog import UnknownTypeError, resource_type

_SDK: Final = "pulumi_aws"
_RESERVED: Final = {"lambda": "lambda_", "import": "import_"}


def has_resource(token: str) -> bool:
    """Tell whether the SDK has a resource type."""
    try:
        resource_type(token)
    except UnknownTypeError:
        return False
    return True


@functools.cache
def result_properties(token: str) -> tuple[str, ...]:
    """Name what a look-up answers, in the engine's spelling; nothing for one that the SDK does not have."""
    module = module_of(token)
    if module is None:
        return ()
    name = token.rpartition(":")[2]
    answer = cast("type", getattr(importlib.import_module(module), f"{name[:1].upper()}{name[1:]}Result"))
    return tuple(sdk_types.output_type_types(answer))


def module_of(token: str) -> str | None:
    """Give the SDK's module of a look-up: ``pulumi_aws.ec2.get_vpc`` for ``aws:ec2/getVpc:getVpc``."""
    package, path, name = token.split(":")
    if package != "aws":
        return None
    group = path.partition("/")[0]
    root = _SDK if group == "index" else f"{_SDK}.{_RESERVED.get(group, group)}"
    return _modules(root).get(name.lower())


def token_of(module: str, function: str) -> str | None:
    """Give the token of an SDK's function: ``aws:ec2/getVpc:getVpc`` for ``pulumi_aws.ec2`` and ``get_vpc``."""
    plain = function.removesuffix("_output")
    file = _modules(module).get(plain.replace("_", ""))
    if file is None:
        return None
    source = Path(cast("str", importlib.util.find_spec(file).origin)).read_text("utf-8")  # type: ignore[union-attr]
    found = re.search(r"invoke(?:_output)?\('([^']+)'", source)
    return found[1] if found else None


@functools.cache
def _modules(root: str) -> dict[str, str]:
    """Map the bare names of a package's look-ups to their modules: ``getvpc`` → ``pulumi_aws.ec2.get_vpc``."""
    found = importlib.util.find_spec(root)
    folders = (found.submodule_search_locations if found else None) or ()
    files = [file for folder in folders for file in Path(folder).glob("get_*.py")]
    return {file.stem.replace("_", ""): f"{root}.{file.stem}" for file in files}
