"""Rules about what containers are given as plain text: variables, files, and what must not be plain."""

import re
from collections.abc import Iterator, Mapping

from settings.checks.context import StackContext
from settings.problems import HIDDEN, Finding
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
    r"KUBERNETES_(SERVICE|PORT)(_.*)?|AWS_CONTAINER_(CREDENTIALS|AUTHORIZATION)_.*|ECS_(CONTAINER_METADATA|AGENT)_URI.*"
)
"""Set by Kubernetes in every container, by EKS Pod Identity, and by ECS; another value cuts the container off.
https://kubernetes.io/docs/tutorials/services/connect-applications-service/ ("Environment Variables")
https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html"""

_EXPANDED = re.compile(r"\$\([^)]*\)|\$\$")
"""https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/"""


def check(workload: Workload) -> Iterator[Finding]:
    for path, environment in _environments(workload):
        yield from _variables(path, environment)
    for path, names in _secrets(workload):
        for index, name in enumerate(names):
            if _RESERVED.fullmatch(name):
                yield _reserved((*path, index), name)
    for path, text in _texts(workload):
        yield from _plain(path, text, "declare it under `secrets:`, and let the product read it from there")


def check_stack(context: StackContext) -> Iterator[Finding]:
    """Hold what a stack gives its services to the same rules."""
    for name, changes in context.stack.application.services.items():
        yield from _variables(("application", "services", name, "environment"), changes.environment)


def _environments(workload: Workload) -> Iterator[tuple[Path, Mapping[str, EnvironmentValue]]]:
    yield ("environment",), workload.environment
    for name, service in workload.services.items():
        yield ("services", name, "environment"), service.environment
        for beside, sidecar in service.sidecars.items():
            yield ("services", name, "sidecars", beside, "environment"), sidecar.environment
    for name, job in workload.jobs.items():
        yield ("jobs", name, "environment"), job.environment


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


def _variables(path: Path, environment: Mapping[str, EnvironmentValue]) -> Iterator[Finding]:
    for name, value in environment.items():
        at = (*path, name)
        if _RESERVED.fullmatch(name):
            yield _reserved(at, name)
        if not isinstance(value, str):
            continue
        mend = f"declare `{name}: {{kind: provided}}` under `secrets:`, and name it in the container's `secrets:`"
        told = list(_plain(at, value, mend))
        if not told and _NAMES.search(name) and not _HARMLESS.fullmatch(value):
            allowed = (
                "a secret, by its name: a plain value is in the repository, the release and the pods' descriptions"
            )
            told.append(Finding(at, HIDDEN, allowed, mend))
        yield from told
        if not told and _EXPANDED.search(value):
            allowed = "text without $(…) and $$, which Kubernetes replaces by a variable's value and by $; ECS does not"
            mend = "write the value out, or put it into a file of the container"
            yield Finding(at, value, allowed, mend)


def _plain(path: Path, text: str, mend: str) -> Iterator[Finding]:
    for what, pattern in _SECRETS.items():
        if pattern.search(text):
            allowed = f"no {what.partition(' ')[2]} in plain text: it is in the repository and in the release"
            yield Finding(path, HIDDEN, allowed, mend)
            return


def _reserved(path: Path, name: str) -> Finding:
    allowed = "a name that neither Kubernetes nor AWS sets in every container"
    return Finding(path, name, allowed, "choose another, and let the product read that")
