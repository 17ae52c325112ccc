"""Write table.json: what each resource type of Terraform's AWS provider takes, as CDKTF's bindings for it state it.

`python -m tools.conform.generate BINDINGS`, where BINDINGS is the wheel of `cdktf-cdktf-provider-aws` or the archive
of npm's `@cdktf/provider-aws`. HashiCorp generates them from the provider's own schema. They are 57 MB, so they are
neither kept here nor needed by a test. Each `lib/<type>/index.js` has its TypeScript in its source map, whose comments
and functions say of every argument whether it is required, optional or computed, and how it is nested.
"""

import base64
import io
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from tools.conform.names import TYPES
from tools.conform.schema import TABLE, Argument, Nesting, pack

_CLASS = re.compile(
    r"^export class (\w+) extends cdktf\.(ComplexObject|TerraformResource|TerraformProvider)\b", re.MULTILINE
)
_FLAGS = re.compile(
    r"^  // (\w+) - computed: (true|false), optional: (true|false), required: (true|false)$", re.MULTILINE
)
_GETTER = re.compile(r"^ +return this\.get(String|Number|Boolean|List)Attribute\('(\w+)'\);$", re.MULTILINE)
_FUNCTION = re.compile(r"^export function (\w+)ToHclTerraform\(", re.MULTILINE)
_ENTRY = re.compile(
    r"^ +(\w+): \{\n +value: (.*),\n +isBlock: (true|false),\n +type: \"(\w+)\",\n +storageClassType: \"(\w+)\",\n",
    re.MULTILINE,
)
_NESTED = re.compile(r"(?<![.\w])(\w+)ToHclTerraform\b")
_KINDS = {"string": "string", "number": "number", "boolean": "bool", "any": "any"}
_GETTERS = {"Number": "number", "Boolean": "bool"}
_PROVIDER = "provider"
_PROVIDER_VERSION = re.compile(r"providerVersion: '([0-9.]+)'")


class BindingsError(Exception):
    """The bindings are not what this reads."""


class _Source:
    """The TypeScript of one resource type, cut into its classes and functions."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.resource = ""
        self._classes: dict[str, str] = {}
        starts = [*_CLASS.finditer(text)]
        for start, after in zip(starts, [*starts[1:], None], strict=True):
            self._classes[start[1]] = text[start.end() : after.start() if after else len(text)]
            if start[2] != "ComplexObject":
                self.resource = start[1]
        functions = [*_FUNCTION.finditer(text)]
        self._functions = {each[1]: text[each.end() : text.index("\n}\n", each.end())] for each in functions}

    def resource_arguments(self) -> dict[str, Argument]:
        if not self.resource:
            raise BindingsError("no class in it is a resource or a provider")
        body = self._classes[self.resource]
        found = self._arguments(body.partition("synthesizeHclAttributes()")[2], body)
        for kind, name in _GETTER.findall(body):
            if name not in found:
                nesting: Nesting = "list" if kind == "List" else ""
                found[name] = Argument(_GETTERS.get(kind, "string"), nesting=nesting, settable=False)
        return found

    def _arguments(self, entries: str, flags: str | None) -> dict[str, Argument]:
        """Read what a function writes. Without a class that says so of each, everything may be left out."""
        stated = {
            name: (optional == "true", required == "true")
            for name, _, optional, required in _FLAGS.findall(flags or "")
        }
        found: dict[str, Argument] = {}
        for name, value, _, form, storage in _ENTRY.findall(entries):
            if flags is not None and name not in stated:
                raise BindingsError(f"{self.resource}.{name} is written, and nothing says whether it is required")
            optional, required = stated.get(name, (True, False))
            found[name] = self._argument(value, form, storage, required=required, settable=optional or required)
        return found

    def _argument(self, value: str, form: str, storage: str, *, required: bool, settable: bool) -> Argument:
        nesting: Nesting = {"list": "list", "set": "set", "map": "map", "struct": "single"}.get(form, "")  # pyright: ignore[reportAssignmentType]
        inner = _NESTED.search(value)
        if inner is None:
            kind = _KINDS.get(storage.removesuffix("Map").removesuffix("List"), "any")
            return Argument(kind, nesting=nesting, required=required, settable=settable)
        mapped = "apper" in value  # listMapperHcl or hashMapperHcl: several; their second argument says whether blocks
        return Argument(
            "object",
            nesting=nesting,
            required=required,
            settable=settable,
            block=", true)(" in value if mapped else form in ("list", "set"),
            one=not mapped and form in ("list", "set"),
            members=self._arguments(self._functions[inner[1]], self._members_of(inner[1])),
        )

    def _members_of(self, name: str) -> str | None:
        return self._classes.get(f"{name[0].upper()}{name[1:]}OutputReference")  # a provider's own objects have none


def arguments(source: str) -> dict[str, Argument]:
    """Read the TypeScript of one resource type. Raises BindingsError for one of another form."""
    return _Source(source).resource_arguments()


def generate(archive: bytes, types: Iterable[str], source: str) -> dict[str, object]:
    """Build the table from npm's archive. A type that the bindings lack is left out; it is newer than they are."""
    wanted = {f"package/lib/{_folder(each)}/index.js": each for each in (_PROVIDER, *types)}
    found: dict[str, dict[str, object]] = {}
    versions: set[str] = set()
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        for member in opened:
            name = wanted.get(member.name)
            content = opened.extractfile(member) if name else None
            if name is None or content is None:
                continue
            text = _typescript(content.read().decode())
            versions.update(_PROVIDER_VERSION.findall(text))
            found[name] = {key: pack(each) for key, each in sorted(arguments(text).items())}
    if len(versions) != 1 or _PROVIDER not in found:
        raise BindingsError(f"one version of the provider is expected, and the bindings state {sorted(versions)}")
    return {
        "version": versions.pop(),
        "source": source,
        "read": f"{datetime.now(UTC):%Y-%m-%d}",
        "provider": found.pop(_PROVIDER),
        "resources": found,
    }


def _folder(type: str) -> str:
    return type.removeprefix("aws_").replace("_", "-")


def _typescript(javascript: str) -> str:
    packed = json.loads(base64.b64decode(javascript.rpartition("base64,")[2]))
    return packed["sourcesContent"][0]


def rendered(table: Mapping[str, object]) -> str:
    """Write the table with a line for each resource type, so that a change shows where it is."""
    head = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in table.items() if key != "resources"]
    resources = cast("Mapping[str, object]", table["resources"])
    lines = [f"  {json.dumps(name)}: {json.dumps(resources[name])}" for name in sorted(resources)]
    return "{\n" + ",\n".join(head) + ',\n "resources": {\n' + ",\n".join(lines) + "\n }\n}\n"


def _archive(path: Path) -> bytes:
    if path.suffix != ".whl":
        return path.read_bytes()
    with zipfile.ZipFile(path) as wheel:
        return wheel.read(next(name for name in wheel.namelist() if name.endswith(".jsii.tgz")))


def main(given: list[str]) -> int:
    """Write the table from the bindings named. Ends with 1 when they are not what this reads, 2 when none are named."""
    if len(given) != 1 or not Path(given[0]).is_file():
        sys.stderr.write("usage: python -m tools.conform.generate <wheel of cdktf-cdktf-provider-aws>\n")
        return 2
    path = Path(given[0])
    version = path.name.removesuffix(".tgz").split("-")[1] if path.suffix == ".whl" else path.stem.rpartition("-")[2]
    source = f"cdktf-cdktf-provider-aws {version}"
    try:
        TABLE.write_text(rendered(generate(_archive(path), sorted(set(TYPES.values())), source)), encoding="utf-8")
    except BindingsError as error:
        sys.stderr.write(f"{path.name}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
