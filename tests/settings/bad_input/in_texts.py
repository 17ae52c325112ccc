"""Mistakes in texts that are composed from outputs and secrets."""

from settings.raw import Raw
from tests.settings.bad_input.case import workload

_API = "services.api.environment"


def _text(text: str) -> Raw:
    return {"text": text}


def _secret(text: str) -> Raw:
    return {"kind": "text", "text": text}


CASES = (
    workload(
        f"{_API}.URL",
        _text("https://{hostname"),
        "{name} is an output's value",
        "'{' at character 9",
        at=f"{_API}.URL.text",
    ),
    workload(f"{_API}.URL", _text("a } b"), "{{ and }} are braces", "write a brace twice", at=f"{_API}.URL.text"),
    workload(f"{_API}.URL", _text("{a b}"), "{name} is an output's value", "'{' at character 1", at=f"{_API}.URL.text"),
    workload(
        f"{_API}.URL",
        _text("https://{hostnam}"),
        "an output: cache.host",
        "did you mean 'hostname'?",
        at=f"{_API}.URL.text",
    ),
    workload(
        f"{_API}.URL",
        _text("{databse.host}"),
        "an output: cache.host",
        "did you mean 'database.host'?",
        at=f"{_API}.URL.text",
    ),
    workload(f"{_API}.URL", _text("{colour}"), "an output: cache.host", "{{colour}}", at=f"{_API}.URL.text"),
    workload(
        f"{_API}.URL", _text("{timeseries.host}"), "no `timeseries:` section", "add the section", at=f"{_API}.URL.text"
    ),
    workload(
        f"{_API}.URL",
        _text("{ingress.url}"),
        "states no routes",
        "add `ingress.routes:`",
        at=f"{_API}.URL.text",
        also={"ingress": {}},
    ),
    workload(
        f"{_API}.URL",
        _text("{ingress.apo.url}"),
        "a service: api | worker",
        "did you mean 'api'?",
        at=f"{_API}.URL.text",
    ),
    workload(
        f"{_API}.URL",
        _text("{ingress.worker.url}"),
        "a service with a route: api",
        "add a route to worker",
        at=f"{_API}.URL.text",
        also={"ingress.routes": [{"host": "api", "service": "api", "port": "http"}]},
    ),
    workload(
        f"{_API}.URL",
        _text("{database.password}"),
        "outputs that are not secret",
        "declare URL under `secrets:` with kind: text",
        at=f"{_API}.URL.text",
    ),
    workload(
        f"{_API}.URL",
        _text("{secrets.PARTNER_KEY}"),
        "outputs that are not secret",
        "kind: text",
        at=f"{_API}.URL.text",
    ),
    workload(
        f"{_API}.URL",
        _text("ftp://me:hunter22@{hostname}"),
        "no credential",
        "declare URL under `secrets:`",
        at=f"{_API}.URL.text",
        given="(not shown)",
    ),
    workload(
        f"{_API}.URL",
        _text("$(HOST) {hostname}"),
        "which Kubernetes replaces",
        "write it another way",
        at=f"{_API}.URL.text",
    ),
    workload(
        f"{_API}.URL", {"output": "colour"}, "an output: cache.host", "name one of these", at=f"{_API}.URL.output"
    ),
    workload(
        f"{_API}.URL",
        {"output": "ingress.apo.url"},
        "a service: api | worker",
        "did you mean 'api'?",
        at=f"{_API}.URL.output",
    ),
    workload(
        "environment.ROOT", _text("{hostnam}"), "an output:", "did you mean 'hostname'?", at="environment.ROOT.text"
    ),
    workload(f"{_API}.URL", {"text": "a", "output": "region"}, "text", "remove 'output'", at=f"{_API}.URL.output"),
    # secrets
    workload(
        "secrets.DSN",
        _secret("{databas.password}"),
        "an output:",
        "did you mean 'database.password'?",
        at="secrets.DSN.text",
    ),
    workload("secrets.DSN", _secret("{database.pooled_url}?x=1"), "an output:", "did you mean", at="secrets.DSN.text"),
    workload(
        "secrets.DSN",
        _secret("{secrets.PARTNER_KAY}"),
        "a declared secret",
        "did you mean 'PARTNER_KEY'?",
        at="secrets.DSN.text",
    ),
    workload(
        "secrets.DSN",
        _secret("{secrets.DATABASE_URL}"),
        "a secret with one value that never changes by itself",
        "name an output of the platform instead",
        at="secrets.DSN.text",
    ),
    workload(
        "secrets.DSN",
        _secret("amqp://shop:hunter22@mq"),
        "no credential in plain text",
        "name it here as {secrets.NAME}",
        at="secrets.DSN.text",
        given="(not shown)",
    ),
    workload(
        "secrets.DSN",
        _secret("{event_bus.secret_key}"),
        "a bus that the platform runs",
        "declare it as a provided secret",
        at="secrets.DSN.text",
        also={
            "event_bus": {
                "kind": "external",
                "address": "bus.example.com:9876",
                "topic_prefix": "shop",
                "consumer_group": "all",
            }
        },
    ),
    workload(
        "services.api.reads_secrets",
        ["DSN"],
        "stored by itself",
        "name it under `secrets:`",
        at="services.api.reads_secrets[0]",
        also={"secrets.DSN": _secret("{database.url}")},
    ),
)
