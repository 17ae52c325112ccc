"""The product's public addresses, asked for from the cluster as a client would, and what a well answer says."""

import re
from typing import Final

import yaml

from components.product.exporters import Exporter, Scrape
from components.product.images import BLACKBOX_EXPORTER, reference
from settings import PlatformSettings
from settings.arithmetic.exporters import PUBLIC_PROBE, public_urls
from settings.workload.observation import HealthCheck

_PORT: Final = 9115
_FILE: Final = "/etc/exporter/blackbox.yml"
_TIMEOUT_SECONDS: Final = 10
_BEFORE: Final = r"(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*"
"""Whatever stands before a field of an object: its objects are whole, so that the field is none of theirs."""
_ANSWERS, _WELL = "answers", "well"
"""What an address is asked for: any answer of success, or one that says that the product is well."""


def public_probe(settings: PlatformSettings) -> Exporter | None:
    """Return what asks for the product's public addresses, None where there are none, or nobody may be let in."""
    urls = public_urls(settings)
    if not urls:
        return None
    check = settings.workload.health_check
    return Exporter(
        name=PUBLIC_PROBE,
        image=reference(settings, BLACKBOX_EXPORTER),
        arguments=(f"--config.file={_FILE}",),
        port=_PORT,
        health_path="/-/healthy",
        files={"blackbox.yml": yaml.safe_dump(configuration(check), sort_keys=False)},
        scrapes=tuple(
            Scrape(name=module, path="/probe", module=module, targets=",".join(targets))
            for module, targets in {
                _ANSWERS: [url for url, is_well in urls.items() if not is_well],
                _WELL: [url for url, is_well in urls.items() if is_well],
            }.items()
            if targets
        ),
        reaches_public=True,
    )


def configuration(check: HealthCheck | None) -> dict[str, object]:
    """Give the blackbox exporter's configuration: one module for any answer, one for that of the health check.

    https://github.com/prometheus/blackbox_exporter/blob/master/CONFIGURATION.md
    """
    modules: dict[str, object] = {_ANSWERS: _module()}
    if check is not None:
        modules[_WELL] = _module(re.escape(check.search), *(field(name, each) for name, each in check.values.items()))
    return {"modules": modules}


def _module(*expressions: str) -> dict[str, object]:
    """Ask over TLS and IPv4, as the load balancer answers; every one of the expressions must be found in the answer."""
    asked: dict[str, object] = {"method": "GET", "preferred_ip_protocol": "ip4", "fail_if_not_ssl": True}
    if expressions:
        asked["fail_if_body_not_matches_regexp"] = list(expressions)
    return {"prober": "http", "timeout": f"{_TIMEOUT_SECONDS}s", "http": asked}


def field(path: str, value: str) -> str:
    """Write a regular expression that finds a text field of a JSON document, however it is laid out.

    `path` leads to it from the outermost object, with dots: `checks.database` is the field `database` of the object
    `checks`. What stands before it may hold objects two deep.
    """
    names = [re.escape(f'"{part}"') for part in path.split(".")]
    return r"^\s*" + "".join(rf"\{{{_BEFORE}{name}\s*:\s*" for name in names) + re.escape(f'"{value}"')
