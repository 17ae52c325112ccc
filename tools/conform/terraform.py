"""Terraform with the real AWS provider, where both are at hand; nothing is downloaded and no account is reached.

Terraform looks for providers in folders (`filesystem_mirror`, `plugin_cache_dir`, the `plugins` folders of its own).
The folder that holds the AWS provider is named in a configuration that knows no other place, so that `init` finds it
there or nowhere.
"""

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from tools.conform.convert import CODE, NOWHERE, REQUIRED
from tools.conform.schema import Schema, from_provider

OLDEST = (1, 11)
"""Write-only arguments, such as `password_wo`, came with Terraform 1.11."""
ASKS_AWS: Mapping[str, str] = {}
"""What Terraform's provider asks AWS while it plans, by resource type: none of those that the platform uses, so far."""

_SECONDS = 900
_PATHS = re.compile(r'^\s*(?:path|plugin_cache_dir)\s*=\s*"([^"]+)"', re.MULTILINE)
_PROVIDER = "hashicorp/aws"
_ASKED = re.compile(r"request send failed|https response error|dial tcp|connection refused|no such host|127\.0\.0\.1:9")
_DECORATION = re.compile(r"\x1b\[[0-9;]*m|[╷│╵]")
_DROPPED = ("AWS_", "TF_")
SERVED = "TF_REATTACH_PROVIDERS"
"""Terraform's own variable for a provider that runs already, as its authors use while they work on it."""


class NotRunError(Exception):
    """One line: what is missing here, or what Terraform said before it judged anything."""


@dataclass(frozen=True)
class Terraform:
    """A Terraform, and the folder in which it finds the AWS provider."""

    program: str
    plugins: Path | None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Terraform":
        """Find both. Raises NotRunError where one is missing or too old."""
        program = shutil.which("terraform", path=environment.get("PATH", ""))
        oldest = ".".join(map(str, OLDEST))
        if program is None:
            raise NotRunError(f"terraform is not on the PATH: install Terraform {oldest} or newer")
        version, platform = _version(program, environment)
        if tuple(map(int, version.split(".")[:2])) < OLDEST:
            raise NotRunError(f"{program} is Terraform {version}: {oldest} or newer is needed for write-only arguments")
        if _PROVIDER in environment.get(SERVED, ""):
            return cls(program, None)
        places = list(dict.fromkeys(_places(environment)))
        for place in places:
            if _holds_provider(place, platform):
                return cls(program, place)
        raise NotRunError(
            f"Terraform's AWS provider for {platform} is in none of {', '.join(map(str, places))}: run "
            "`terraform providers mirror` where there is a network, and name that folder as filesystem_mirror in the "
            "file of TF_CLI_CONFIG_FILE; nothing is downloaded here"
        )


@dataclass
class Verdict:
    """What Terraform and the provider said of one configuration, a line each."""

    errors: list[str] = field(default_factory=list[str])
    warnings: list[str] = field(default_factory=list[str])
    not_judged: list[str] = field(default_factory=list[str])
    planned: int = 0


class Session:
    """Terraform in a folder of its own, which one configuration after another is put into."""

    def __init__(self, terraform: Terraform, folder: Path, environment: Mapping[str, str]) -> None:
        self._terraform = terraform
        self._folder = folder
        self._environment = _without_account(environment, folder)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder / ".terraform", ignore_errors=True)
        (folder / ".terraform.lock.hcl").unlink(missing_ok=True)
        plugins = str(terraform.plugins or folder)
        mirror = f"filesystem_mirror {{\n    path = {json.dumps(plugins)}\n  }}"
        configuration = f"disable_checkpoint = true\nprovider_installation {{\n  {mirror}\n}}\n"
        (folder / "terraform.rc").write_text(configuration, "utf-8")
        with zipfile.ZipFile(folder / CODE, "w"):
            pass  # a function's code: named, and not looked into

    def schema(self, types: Iterable[str]) -> Schema:
        """Start with the provider and read its schema. Raises NotRunError where Terraform cannot."""
        self._put({"terraform": [REQUIRED]})
        self._must("init", "-backend=false", "-input=false", "-no-color")
        selected = cast("dict[str, str]", json.loads(self._must("version", "-json"))["provider_selections"])
        version = next((each for name, each in selected.items() if name.endswith(_PROVIDER)), "of unknown version")
        return from_provider(version, json.loads(self._must("providers", "schema", "-json")), types)

    def judge(self, document: Mapping[str, Any], origins: Mapping[str, str]) -> Verdict:
        """Validate and plan a configuration; `origins` names what each address stands for."""
        self._put(document)
        verdict = Verdict()
        validated = self._run("validate", "-json")
        try:
            stated = cast("dict[str, Any]", json.loads(validated.stdout))
        except ValueError:
            raise NotRunError(f"terraform validate ended with {validated.returncode}: {_line(validated)}") from None
        _sort(stated["diagnostics"], origins, verdict)
        if verdict.errors:
            return verdict
        planned = self._run("plan", "-json", "-input=false", "-lock=false", "-refresh=false")
        messages = list(_messages(planned.stdout))
        _sort([each["diagnostic"] for each in messages if each.get("type") == "diagnostic"], origins, verdict)
        verdict.planned = sum(each.get("type") == "planned_change" for each in messages)
        if planned.returncode != 0 and not (verdict.errors or verdict.not_judged):
            verdict.errors.append(f"terraform plan ended with {planned.returncode}: {_line(planned)}")
        return verdict

    def _put(self, document: Mapping[str, Any]) -> None:
        (self._folder / "main.tf.json").write_text(json.dumps(document, indent=1), encoding="utf-8")

    def _must(self, *arguments: str) -> str:
        answer = self._run(*arguments)
        if answer.returncode != 0:
            raise NotRunError(f"terraform {arguments[0]} ended with {answer.returncode}: {_line(answer)}")
        return answer.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [self._terraform.program, *arguments]
        try:
            return subprocess.run(
                command,
                cwd=self._folder,
                env=self._environment,
                text=True,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotRunError(f"terraform {arguments[0]} did not end within {_SECONDS} s") from None


def _version(program: str, environment: Mapping[str, str]) -> tuple[str, str]:
    settled = {**environment, "CHECKPOINT_DISABLE": "1"}
    answer = subprocess.run([program, "version", "-json"], env=settled, text=True, capture_output=True, check=False)
    try:
        stated = json.loads(answer.stdout)
        return stated["terraform_version"], stated["platform"]
    except (ValueError, KeyError):
        raise NotRunError(f"{program} does not say its version: {_line(answer)}") from None


def _places(environment: Mapping[str, str]) -> Iterator[Path]:
    """Name the folders in which Terraform looks for providers, those that a person has named first."""
    home = Path(environment.get("HOME", "/"))
    stated = Path(environment.get("TF_CLI_CONFIG_FILE") or home / ".terraformrc")
    if stated.is_file():
        yield from (Path(each).expanduser() for each in _PATHS.findall(stated.read_text("utf-8")))
    if environment.get("TF_PLUGIN_CACHE_DIR"):
        yield Path(environment["TF_PLUGIN_CACHE_DIR"])
    yield home / ".terraform.d" / "plugins"
    yield Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share") / "terraform" / "plugins"
    shared = environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    yield from (Path(each) / "terraform" / "plugins" for each in shared.split(":"))


def _holds_provider(place: Path, platform: str) -> bool:
    unpacked = f"*/{_PROVIDER}/*/{platform}/terraform-provider-aws*"
    packed = f"*/{_PROVIDER}/terraform-provider-aws_*_{platform}.zip"
    return any(next(place.glob(pattern), None) for pattern in (unpacked, packed))


def _without_account(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Take away all that leads to an account, and all that would change what Terraform does."""
    kept = {name: value for name, value in environment.items() if name == SERVED or not name.startswith(_DROPPED)}
    nothing = str(folder / "no-such-file")
    return {
        **kept,
        "AWS_CONFIG_FILE": nothing,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": NOWHERE,
        "AWS_SHARED_CREDENTIALS_FILE": nothing,
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": str(folder / "terraform.rc"),
        "TF_IN_AUTOMATION": "1",
    }


def _messages(output: str) -> Iterator[dict[str, Any]]:
    for line in output.splitlines():
        if line.startswith("{"):
            yield cast("dict[str, Any]", json.loads(line))


def _sort(diagnostics: Iterable[Mapping[str, Any]], origins: Mapping[str, str], verdict: Verdict) -> None:
    for each in diagnostics:
        address, inside = _address(each)
        said = " ".join(f"{each['summary']}: {each.get('detail', '')}".split()).removesuffix(":")
        line = f"{origins.get(address, address)}{inside and f' {inside}'}: {said}" if address else said
        type = address.partition(".")[0]
        if each["severity"] != "error":
            verdict.warnings.append(line)
        elif not _ASKED.search(said):
            verdict.errors.append(line)
        elif type in ASKS_AWS:
            verdict.not_judged.append(f"{line} (known: it asks for {ASKS_AWS[type]})")
        else:
            verdict.errors.append(f"it asks AWS while it plans, which terraform.py does not list: {line}")


def _address(diagnostic: Mapping[str, Any]) -> tuple[str, str]:
    """Name the resource that is meant, and the place inside it: a plan states it, `validate` quotes the file."""
    snippet = cast("dict[str, Any]", diagnostic.get("snippet") or {})
    quoted = str(snippet.get("context") or "").removeprefix("resource.")
    type, _, rest = str(diagnostic.get("address") or quoted).partition(".")
    name, _, inside = rest.partition(".")
    return (f"{type}.{name}" if name else type), inside


def _line(answer: subprocess.CompletedProcess[str]) -> str:
    said = _DECORATION.sub(" ", answer.stderr.strip() or answer.stdout.strip())
    return " ".join(said.split()) or "nothing"
