"""Values that the charts refuse, each made by breaking one thing in those of stack prod."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.charts.rendering import foundation, run, stack, with_toolbox, workload

Values = dict[str, Any]

_API = ("services", "api-server")


def _set(*path: str | int, value: object) -> Callable[[Values], None]:
    def change(values: Values) -> None:
        here: Any = values
        for step in path[:-1]:
            here = here[step]
        here[path[-1]] = value

    return change


def _drop(*path: str | int) -> Callable[[Values], None]:
    def change(values: Values) -> None:
        here: Any = values
        for step in path[:-1]:
            here = here[step]
        del here[path[-1]]

    return change


_WORKLOAD: dict[str, tuple[Callable[[Values], None], str]] = {
    "an unknown key at the top": (_set("replicas", value=3), "replicas"),
    "an unknown key of a service": (_set(*_API, "replicaCount", value=3), "replicaCount"),
    "a misspelt probe": (_set(*_API, "probes", "livenes", value={}), "livenes"),
    "no services": (_set("services", value={}), "services"),
    "a service without image": (_drop(*_API, "image"), "image"),
    "an image without a version": (_set(*_API, "image", value="openibank/api-server"), "image"),
    "a port out of range": (_set(*_API, "ports", 0, "number", value=70000), "number"),
    "a port as text": (_set(*_API, "ports", 0, "number", value="3000"), "number"),
    "a port name that is too long": (_set(*_API, "ports", 0, "name", value="a-very-long-port-name"), "name"),
    "an unknown protocol": (_set(*_API, "ports", 0, "protocol", value="HTTP"), "protocol"),
    "a service that says nothing of ports": (_drop(*_API, "ports"), "ports"),
    "a sidecar without resources": (_set(*_API, "sidecars", value={"proxy": {"image": "a/b:1"}}), "resources"),
    "a lock without a name": (_set(*_API, "leaderElection", value={}), "lease"),
    "an unknown way to update": (_set(*_API, "update", value="blue-green"), "update"),
    "a memory quantity in decimal units": (_set(*_API, "resources", "limits", "memory", value="4GB"), "memory"),
    "requests without memory": (_drop(*_API, "resources", "requests", "memory"), "memory"),
    "a number as an environment value": (_set(*_API, "environment", "METRICS_PORT", value=9090), "METRICS_PORT"),
    "an environment name with a blank": (_set(*_API, "environment", "RUST LOG", value="info"), "RUST LOG"),
    "a file path that is not absolute": (_set(*_API, "files", "config.toml", value=""), "config.toml"),
    "a root user": (_set(*_API, "security", "user", value=0), "user"),
    "scaling without a target": (_set(*_API, "scaling", value={}), "scaling"),
    "a target above 100 percent": (_set(*_API, "scaling", "cpu", value=170), "cpu"),
    "a probe of two kinds": (_set(*_API, "probes", "liveness", "tcpSocket", value={"port": 3000}), "liveness"),
    "a flow without a peer": (_drop("networkPolicies", "api-server-policy", "ingress", 0, "cidrs"), "ingress"),
    "a flow with two peers": (
        _set("networkPolicies", "api-server-policy", "ingress", 0, "namespace", value="monitoring"),
        "ingress",
    ),
    "an address that is no range": (
        _set("networkPolicies", "api-server-policy", "egress", 0, "cidrs", value=["10.0.0.1"]),
        "cidrs",
    ),
    "a target group that is no ARN": (_set("targetGroups", 0, "arn", value="api"), "arn"),
    "a rule that is neither alert nor record": (_drop("ruleGroups", 0, "rules", 0, "alert"), "rules"),
    "an alert without duration": (_drop("ruleGroups", 0, "rules", 0, "for"), "rules"),
    "a dashboard that is no JSON file": (_set("dashboards", "OpeniBank", value="{}"), "OpeniBank"),
    "a migration without command": (_set("migration", "command", value=[]), "command"),
    "a dump without bucket": (_drop("dump", "bucket"), "bucket"),
    "an unknown key of the toolbox": (_set("toolbox", "replicas", value=2), "replicas"),
}

_FOUNDATION: dict[str, tuple[Callable[[Values], None], str]] = {
    "an unknown key at the top": (_set("quotas", value={}), "quotas"),
    "no namespace": (_drop("namespace"), "namespace"),
    "no quota": (_drop("quota"), "quota"),
    "a product name in capitals": (_set("product", value="OpeniBank"), "product"),
    "a secret without data": (_set("externalSecrets", 0, "data", value={}), "data"),
    "a source without key": (_drop("externalSecrets", 0, "sources", "JWT_SECRET", "key"), "JWT_SECRET"),
    "clients without port": (_drop("databaseClients", "port"), "port"),
    "a bootstrap without secret": (_drop("bootstrap", "secret"), "secret"),
    "a password in the bootstrap": (_set("bootstrap", "password", value="x"), "password"),
    "a bootstrap without its variables": (_drop("bootstrap", "variables"), "variables"),
}


def _refused(chart: str, values: Values, change: Callable[[Values], None], word: str) -> None:
    broken = copy.deepcopy(values)
    change(broken)
    answer = run(chart, broken)
    assert answer.returncode != 0
    assert "schema" in answer.stderr
    assert word in answer.stderr


@pytest.mark.parametrize("mistake", _WORKLOAD)
def test_the_workload_chart_refuses(mistake: str) -> None:
    _refused("workload", workload(with_toolbox(stack("prod"))), *_WORKLOAD[mistake])


@pytest.mark.parametrize("mistake", _FOUNDATION)
def test_the_foundation_chart_refuses(mistake: str) -> None:
    _refused("foundation", foundation(stack("prod")), *_FOUNDATION[mistake])
