"""Forms that many fields share: each function says what is allowed, or "" when the value is well formed.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
"""

import ipaddress
import re
from collections.abc import Callable
from typing import Final, TypeAlias

Form: TypeAlias = Callable[[str], str]

_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_SERVICE: Final = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_WILDCARD: Final = re.compile(r"\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_QUALIFIED: Final = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_PORT_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_CONFIG_KEY: Final = re.compile(r"[-._a-zA-Z0-9]+")
_VARIABLE: Final = re.compile(r"[ -<>-~]+")
_HEADER: Final = re.compile(r"[-A-Za-z0-9]+")
_SYSCTL: Final = re.compile(r"[a-z0-9]([-_a-z0-9]*[a-z0-9])?([./][a-z0-9]([-_a-z0-9]*[a-z0-9])?)*")
_LABEL_LENGTH, _SUBDOMAIN_LENGTH, _PORT_NAME_LENGTH = 63, 253, 15
_HIGHEST_PORT: Final = 65535


def label(value: str) -> str:
    """A DNS label of RFC 1123."""
    fits = len(value) <= _LABEL_LENGTH and _LABEL.fullmatch(value)
    return "" if fits else "at most 63 lower-case letters, digits and hyphens between them"


def service_name(value: str) -> str:
    """A DNS label of RFC 1035: it starts with a letter."""
    fits = len(value) <= _LABEL_LENGTH and _SERVICE.fullmatch(value)
    return "" if fits else "at most 63 lower-case letters, digits and hyphens between them, a letter first"


def subdomain(value: str) -> str:
    """A DNS subdomain of RFC 1123."""
    fits = len(value) <= _SUBDOMAIN_LENGTH and _SUBDOMAIN.fullmatch(value)
    return "" if fits else "at most 253 lower-case letters, digits, and hyphens and dots between them"


def host(value: str) -> str:
    """A DNS subdomain, or one behind `*.`."""
    if value.startswith("*"):
        fits = len(value) <= _SUBDOMAIN_LENGTH and _WILDCARD.fullmatch(value)
        return "" if fits else "a wildcard is the first label alone, as in *.example.com"
    return subdomain(value)


def qualified(value: str) -> str:
    """A label key, and what else is named like one: an optional domain, a slash, a name."""
    prefix, slash, name = value.rpartition("/")
    if slash and subdomain(prefix):
        return "an optional DNS subdomain, a slash, and a name"
    fits = len(name) <= _LABEL_LENGTH and _QUALIFIED.fullmatch(name)
    return "" if fits else "at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit"


def label_value(value: str) -> str:
    """The value of a label; it may be empty."""
    return (
        qualified(value) if value and "/" not in value else ("" if not value else "letters, digits, '-', '_' and '.'")
    )


def port_name(value: str) -> str:
    """The name of a port: an IANA service name."""
    fits = (
        len(value) <= _PORT_NAME_LENGTH
        and _PORT_NAME.fullmatch(value)
        and "--" not in value
        and any(letter.isalpha() for letter in value)
    )
    return "" if fits else "at most 15 lower-case letters, digits and single hyphens between them, one letter at least"


def config_key(value: str) -> str:
    """A key of a ConfigMap or a Secret."""
    fits = len(value) <= _SUBDOMAIN_LENGTH and _CONFIG_KEY.fullmatch(value) and value != "." and value[:2] != ".."
    return "" if fits else "letters, digits, '-', '_' and '.', not beginning with two dots"


def variable(value: str) -> str:
    """The name of an environment variable."""
    return "" if _VARIABLE.fullmatch(value) else "printable ASCII characters other than '='"


def header(value: str) -> str:
    """The name of an HTTP header."""
    return "" if _HEADER.fullmatch(value) else "letters, digits and hyphens"


def sysctl(value: str) -> str:
    """The name of a kernel parameter."""
    fits = len(value) <= _SUBDOMAIN_LENGTH and _SYSCTL.fullmatch(value)
    return "" if fits else "lower-case letters, digits, '-' and '_', in parts between dots or slashes"


def path_segment(value: str) -> str:
    """What may stand between two slashes of an address: the names of roles."""
    return "" if value not in (".", "..") and "/" not in value and "%" not in value else "no '/' and no '%'"


def relative(value: str) -> str:
    """A path that stays below where it is put."""
    if value.startswith("/"):
        return "a relative path"
    return "a path without '..'" if ".." in value.split("/") else ""


def address(value: str) -> str:
    """An IP address."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return "an IP address, such as 10.0.0.1"
    return ""


def block(value: str) -> str:
    """A range of addresses in CIDR notation."""
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return "a range of addresses, such as 10.0.0.0/16"
    return "" if "/" in value else "a range of addresses with its prefix, such as 10.0.0.1/32"


def port(value: object) -> str:
    """The number of a port."""
    if isinstance(value, bool) or not isinstance(value, int):
        return ""
    return "" if 1 <= value <= _HIGHEST_PORT else f"1-{_HIGHEST_PORT}"
