"""What a program asks for that is not here: modules, providers, look-ups. Read in its sources, once it has failed.

Everything is told at once: a program that stops at its first import would else be fixed one line at a time.
"""

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from offline_cloud import lookups
from offline_cloud.lookups import shapes
from offline_cloud.provider.catalog import PACKAGES

SERVED: Final = frozenset({"pulumi", "pulumi_policy", *PACKAGES.values()})
_NODE: Final = frozenset({"awsx", "eks", "aws_apigateway", "synced_folder", "aws_static_website", "cloud"})
"""Components whose own plugin, a program of Node.js, unfolds them into resources."""
_PROVIDERS: Final = frozenset(
    """
    aiven alicloud archive artifactory auth0 aws_iam aws_native azure azure_native azuread azuredevops civo cloudflare
    cloudinit command confluentcloud consul datadog digitalocean dns docker docker_build external fastly gcp github
    gitlab google_native grafana hcloud http kafka keycloak linode local mongodbatlas mysql newrelic nomad null oci okta
    openstack pagerduty postgresql rabbitmq snowflake spotinst std tailscale terraform time tls vault vsphere
    """.split()  # noqa: SIM905  # one word each, easier to read
)
"""Providers whose SDK a program may name without its being installed; any other `pulumi_…` may be a library.
https://www.pulumi.com/registry/"""
_HERE: Final = "the offline cloud plays aws, kubernetes and random"
_WRITE: Final = "write what it makes as resources of these, or leave it out of this run"
_STATE_STACK: Final = (
    "a stack of this project has to be brought up first, and the outputs of another project's are stated with "
    "--account FILE (docs/how-to/run-another-program.md)"
)
_PLUGIN: Final = re.compile(r"no resource plugin 'pulumi-resource-([\w-]+)'")
_STACK: Final = re.compile(r'unknown stack "([^"]+)"')


@dataclass
class Survey:
    """Name → where it is first used, as ``file:line``."""

    missing: dict[str, str] = field(default_factory=dict[str, str])
    providers: dict[str, str] = field(default_factory=dict[str, str])
    unanswered: dict[str, str] = field(default_factory=dict[str, str])

    def lines(self) -> list[str]:
        """Say in one line each what is not here, and what to do."""
        said: list[str] = []
        if self.providers:
            said.append(_providers(self.providers))
        if self.missing:
            said.append(
                f"not installed for {sys.executable}: {_listed(self.missing)}; install what the program's "
                "requirements name there with pip"
            )
        if self.unanswered:
            said.append(
                f"look-ups that the offline cloud does not answer: {_listed(self.unanswered)}; state the values, "
                f"{lookups.ACCOUNT_HELP}"
            )
        return said


def of(program: Path, also: str | None = None) -> Survey:
    """Survey a program's main file and every file of its own that it imports, at whatever depth.

    ``also`` is a module that was asked for and not found, be it by a library of the program's.
    """
    found = Survey()
    waiting, seen = [program], set[Path]()
    while waiting:
        file = waiting.pop().resolve()
        if file in seen or not file.is_file():
            continue
        seen.add(file)
        with suppress(SyntaxError, UnicodeDecodeError):
            waiting += _read(file, program.parent, found)
    module = (also or "").partition(".")[0]
    if module and not {module, module.removeprefix("pulumi_")} & {*found.missing, *found.providers}:
        _judge(module, "a library of the program", found)
    return found


def _read(file: Path, root: Path, found: Survey) -> list[Path]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    aliases: dict[str, str] = {}
    own: list[Path] = []
    where = file.relative_to(root.resolve()) if file.is_relative_to(root.resolve()) else file
    for node in ast.walk(tree):
        for module, alias, target in _imports(node):
            aliases[alias] = target
            local = [*_local(module, file, root), *_local(target, file, root)]
            own += local
            if not local:
                _judge(module.partition(".")[0], f"{where}:{getattr(node, 'lineno', 0)}", found)
    for token, line in _lookups(tree, aliases):
        if not lookups.is_answered(token):
            found.unanswered.setdefault(token, f"{where}:{line}")
    return own


def _imports(node: ast.AST) -> Iterator[tuple[str, str, str]]:
    """Give what a statement imports: the module, the name it goes by, and what that name stands for."""
    if isinstance(node, ast.Import):
        for name in node.names:
            yield name.name, name.asname or name.name.partition(".")[0], name.name
    elif isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        for name in node.names:
            dot = "" if module.endswith(".") else "."
            yield module, name.asname or name.name, f"{module}{dot}{name.name}"


def _local(module: str, file: Path, root: Path) -> list[Path]:
    """Find the program's own files behind a module: beside the file for a relative one, else below the root."""
    level = len(module) - len(module.lstrip("."))
    base = file.parents[level - 1] if level else root
    path = base.joinpath(*module.lstrip(".").split(".")) if module.strip(".") else base
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    there = [candidate for candidate in candidates if candidate.is_file()]
    head = base / module.lstrip(".").partition(".")[0]
    return there or ([file] if level or head.is_dir() else [])


def _judge(module: str, where: str, found: Survey) -> None:
    if module in sys.stdlib_module_names or module in SERVED:
        return
    installed = _installed(module)
    name = module.removeprefix("pulumi_")
    if module != name and (_plays_elsewhere(installed) or (installed is None and name in _PROVIDERS | _NODE)):
        found.providers.setdefault(name, where)
    elif installed is None:
        found.missing.setdefault(module, where)


def _plays_elsewhere(package: Path | None) -> bool:
    """Tell whether an installed SDK is that of a provider: it then names the provider's plugin."""
    return package is not None and (package / "pulumi-plugin.json").is_file()


def _installed(module: str) -> Path | None:
    with suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(module)
        if spec is not None:
            return Path(spec.origin).parent if spec.origin else Path()
    return None


def _lookups(tree: ast.AST, aliases: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Give the look-ups of the AWS SDK that a file makes, as tokens."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            module, _, function = _spelled(node.func, aliases).rpartition(".")
            if module.partition(".")[0] == PACKAGES["aws"] and function.startswith("get_"):
                token = shapes.token_of(module, function)
                if token is not None:
                    yield token, node.lineno


def _spelled(node: ast.expr, aliases: Mapping[str, str]) -> str:
    """Spell out what is called: ``aws.ec2.get_vpc`` as ``pulumi_aws.ec2.get_vpc``; empty for anything but names."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([aliases.get(node.id, node.id), *reversed(parts)])


def _providers(found: Mapping[str, str]) -> str:
    components = {name: where for name, where in found.items() if name in _NODE}
    others = {name: where for name, where in found.items() if name not in _NODE}
    parts: list[str] = []
    if others:
        parts.append(f"providers that are not played here: {_listed(others)}")
    if components:
        parts.append(f"components that a plugin of Node.js would unfold: {_listed(components)}")
    return f"{'; '.join(parts)}; {_HERE}: {_WRITE}"


def _listed(found: Mapping[str, str]) -> str:
    return ", ".join(f"{name} ({where})" for name, where in sorted(found.items()))


def plainer(text: str) -> str:
    """Reword what the engine says of a provider or a stack that is not here; any other text stays as it is."""
    unknown = _STACK.search(text)
    if unknown:
        return f"the stack {unknown[1]} is not here: {_STATE_STACK}"
    plugin = _PLUGIN.search(text)
    if plugin is None:
        return text
    name = plugin[1]
    what = (
        "is a component that a plugin of Node.js would unfold" if name.replace("-", "_") in _NODE else "is not played"
    )
    return f"the provider {name} {what}; {_HERE}: {_WRITE}"
