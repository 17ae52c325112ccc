"""Rules about what containers are given as plain text: variables, files, and what must not be plain."""

import re
from collections.abc import Iterator, Mapping

from settings.context import StackContext
from settings.diagnostics import HIDDEN, Diagnostic
from settings.raw import Path
from settings.workload import Workload
from settings.workload.container import EnvironmentValue

_NAMES = re.compile(
    r"(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_KEY|TOKEN|API_?KEY|ACCESS_KEY|ACCESS_KEY_ID|PRIVATE_KEY|CREDENTIALS?)$",
    re.IGNORECASE,
)
"""Variables whose value is a secret; JWT_ACCESS_EXPIRY, TOKEN_TTL and KEYPAIR_PATH are none."""

_HARMLESS = re.compile(
    r"|true|false|yes|no|on|off|none|null|auto|default|enabled|disabled|required|optional|[0-9.]{1,8}[smhd]?"
    r"|[./~][^\s]*|arn:\S+|https?://[^@\s]*|<[^>]*>|\$\{[A-Za-z_][A-Za-z0-9_]*\}",
    re.IGNORECASE,
)
"""Switches, numbers, paths, addresses, and references that the product itself replaces."""

_SECRETS = {
    "an AWS access key": re.compile(r"\b(AKIA|ASIA)[A-Z2-7]{16}\b"),
    "a private key": re.compile(r"-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----"),
    "an address with a password": re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@'\"]*:(?![$<{*])[^\s/@'\"]+@", re.I),
    "a token": re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,}|xox[abprs]-[\w-]{10,}|sk_live_\w{16,})"),
    "a signed token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
}
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html (unique prefixes), RFC 7468, RFC 3986
(userinfo), the prefixes that GitHub, Slack and Stripe give their tokens, RFC 7519."""

_RESERVED = re.compile(
    r"GROUNDWORK_POD_(IP|NAME)|KUBERNETES_(SERVICE|PORT)(_.*)?|AWS_CONTAINER_(CREDENTIALS|AUTHORIZATION)_.*|ECS_(CONTAINER_METADATA|AGENT)_URI.*"
)
"""Set by Kubernetes in every container, by EKS Pod Identity, by ECS, and by the platform for `pod.ip` and `pod.name`;
another value cuts the container off, or is what its other variables then hold.
https://kubernetes.io/docs/tutorials/services/connect-applications-service/ ("Environment Variables")
https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html"""

_EXPANDED = re.compile(r"\$\([^)]*\)|\$\$")
"""https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/"""


def check(workload: Workload) -> Iterator[Diagnostic]:
    for path, environment in environments_of(workload):
        yield from _variables(path, environment)
    for path, names in _secrets(workload):
        for index, name in enumerate(names):
            if set_by_the_platform(name):
                yield _reserved((*path, index), name)
    for path, text in _texts(workload):
        yield from _plain(path, text, "declare it under `secrets:`, and let the product read it from there")


def check_stack(context: StackContext) -> Iterator[Diagnostic]:
    """Hold what a stack gives its services to the same rules."""
    for name, changes in context.stack.application.services.items():
        yield from _variables(("application", "services", name, "environment"), changes.environment)


def environments_of(workload: Workload) -> Iterator[tuple[Path, Mapping[str, EnvironmentValue]]]:
    """Yield the variables that the file states, with the place of each section of them."""
    yield ("environment",), workload.environment
    for name, service in workload.services.items():
        yield ("services", name, "environment"), service.environment
        for beside, sidecar in service.sidecars.items():
            yield ("services", name, "sidecars", beside, "environment"), sidecar.environment
    for name, job in workload.jobs.items():
        yield ("jobs", name, "environment"), job.environment
    if workload.migration:
        yield ("migration", "environment"), workload.migration.environment


def _secrets(workload: Workload) -> Iterator[tuple[Path, tuple[str, ...]]]:
    for name, service in workload.services.items():
        yield ("services", name, "secrets"), service.secrets
        for beside, sidecar in service.sidecars.items():
            yield ("services", name, "sidecars", beside, "secrets"), sidecar.secrets
    for name, job in workload.jobs.items():
        yield ("jobs", name, "secrets"), job.secrets
    if workload.migration:
        yield ("migration", "secrets"), workload.migration.secrets


def _texts(workload: Workload) -> Iterator[tuple[Path, str]]:
    """Yield files and commands, which stand as plainly in the repository, the release and the pods."""
    for name, service in workload.services.items():
        path: Path = ("services", name)
        for mounted, file in service.files.items():
            yield (*path, "files", mounted, "content"), file.content or ""
        for file_name, text in service.config.files.items() if service.config else ():
            yield (*path, "config", "files", file_name), text
        yield from _words(path, service.command, service.arguments)
        for beside, sidecar in service.sidecars.items():
            yield from _words((*path, "sidecars", beside), sidecar.command, sidecar.arguments)
    for name, job in workload.jobs.items():
        yield from _words(("jobs", name), job.command, job.arguments)
    if workload.migration:
        yield from _words(("migration",), workload.migration.command, ())


def _words(path: Path, command: tuple[str, ...], arguments: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    for key, words in (("command", command), ("arguments", arguments)):
        for index, word in enumerate(words):
            yield (*path, key, index), word


def _variables(path: Path, environment: Mapping[str, EnvironmentValue]) -> Iterator[Diagnostic]:
    for name, value in environment.items():
        at = (*path, name)
        if set_by_the_platform(name):
            yield _reserved(at, name)
        if not isinstance(value, str):
            continue
        fix = f"declare `{name}: {{kind: provided}}` under `secrets:`, and name it in the container's `secrets:`"
        found = list(_plain(at, value, fix))
        if not found and is_credential(name, value):
            allowed = (
                "a secret, as its name says: a plain value would be visible in the repository, the release and the pods"
            )
            found.append(Diagnostic(at, HIDDEN, allowed, fix))
        yield from found
        if not found and replaced_by_kubernetes(value):
            allowed = "text without $(…) and $$, which Kubernetes replaces by a variable's value and by $; ECS does not"
            fix = "write the value out, or put it into a file of the container"
            yield Diagnostic(at, value, allowed, fix)


def is_credential(name: str, value: str) -> bool:
    """Whether a variable may not be plain: by its name with a value that is no switch, or by what the value holds."""
    by_name = _NAMES.search(name) is not None and _HARMLESS.fullmatch(value) is None
    return by_name or any(pattern.search(value) for pattern in _SECRETS.values())


def set_by_the_platform(name: str) -> bool:
    """Whether Kubernetes or AWS sets a variable of this name in every container."""
    return _RESERVED.fullmatch(name) is not None


def replaced_by_kubernetes(value: str) -> bool:
    """Whether a variable's text holds what Kubernetes replaces, and ECS does not."""
    return _EXPANDED.search(value) is not None


def _plain(path: Path, text: str, fix: str) -> Iterator[Diagnostic]:
    for what, pattern in _SECRETS.items():
        if pattern.search(text):
            allowed = (
                f"no {what.partition(' ')[2]} in plain text: anyone could read it in the repository and in the release"
            )
            yield Diagnostic(path, HIDDEN, allowed, fix)
            return


def _reserved(path: Path, name: str) -> Diagnostic:
    allowed = "a name that neither Kubernetes nor AWS sets in every container"
    return Diagnostic(path, name, allowed, "choose another, and let the product read that")
