"""Values of the Jobs that prove a product in production: smoke, load, and the round trip to the database."""

from components.application.flows import public_flow, scraper_flow, to_prometheus
from components.application.images import LOAD_GENERATOR, PYTHON, SHELL, postgres_client, reference
from components.application.secrets import database_secret_name
from components.application.wiring import Values, Wiring
from settings import PlatformSettings
from settings.types import mebibytes, millicores
from settings.workload.verification import (
    CertificateProof,
    HttpProof,
    Load,
    Proof,
    Smoke,
    TargetsProof,
    WebSocketProof,
)

SMOKE, LOAD_TEST, ROUND_TRIP = "smoke", "load-test", "database-round-trip"
ROUND_TRIP_PORT = 9187

_PATIENCE_SECONDS = 120
"""A name that was just made is known everywhere after 60 s (Route 53), and a target is healthy after a few checks."""
_START_SECONDS = 120  # a node may have to be launched first
_TRIES = 2


def verification_values(settings: PlatformSettings, wiring: Wiring) -> Values:
    """The chart's `smoke`, `loadTest` and `roundTrip`; each only when it is asked for."""
    asked = settings.workload.verification
    values: Values = {}
    if asked.smoke is not None:
        values["smoke"] = _smoke(settings, wiring, asked.smoke)
    if asked.load is not None:
        values["loadTest"] = _load(settings, wiring, asked.load)
    if asked.database_round_trip_milliseconds is not None and settings.stack.database is not None:
        values["roundTrip"] = _round_trip(settings, wiring)
    return values


def runs_after_rollout(settings: PlatformSettings) -> bool:
    """Whether every rollout waits for the smoke Job.

    It comes from a NAT gateway's address and asks by name: a product that is closed to the internet, or to everybody,
    or whose names another stack answers for, cannot be asked.
    """
    smoke, ingress = settings.workload.verification.smoke, settings.stack.ingress
    reachable = "0.0.0.0/0" in ingress.allowed_cidrs and ingress.serving and not ingress.maintenance
    return smoke is not None and smoke.after_rollout and reachable


def smoke_seconds(settings: PlatformSettings) -> int:
    """How long the smoke Job may take, both of its tries; 0 without one."""
    smoke = settings.workload.verification.smoke
    return _TRIES * (_START_SECONDS + sum(_seconds(settings, each) for each in smoke.checks)) if smoke else 0


def _seconds(settings: PlatformSettings, proof: Proof) -> int:
    if isinstance(proof, WebSocketProof):
        return _PATIENCE_SECONDS + proof.open_seconds + 30
    if isinstance(proof, TargetsProof):
        # Three questions, two windows between them, and a fifth of a second for a request.
        return 30 + 2 * _window(settings, proof) + proof.requests // 5
    return _PATIENCE_SECONDS


def smoke_checks(settings: PlatformSettings, *, counted: bool) -> list[Values]:
    """The smoke Job's checks as verify.py reads them; `counted` keeps those that ask Prometheus."""
    smoke = settings.workload.verification.smoke
    proofs = smoke.checks if smoke else ()
    return [_check(settings, each) for each in proofs if counted or not isinstance(each, TargetsProof)]


def _smoke(settings: PlatformSettings, wiring: Wiring, smoke: Smoke) -> Values:
    counts = any(isinstance(each, TargetsProof) for each in smoke.checks)
    egress = [public_flow("product", 443), *([to_prometheus(wiring)] if counts else [])]
    checks = smoke_checks(settings, counted=True)
    return {
        "image": reference(settings, PYTHON),
        "document": {"checks": checks} | ({"prometheus": _prometheus(wiring)} if counts else {}),
        "deadlineSeconds": smoke_seconds(settings),
        "afterRollout": runs_after_rollout(settings),
        "policy": {"app": SMOKE, "ingress": [], "egress": egress},
    }


def _check(settings: PlatformSettings, proof: Proof) -> Values:
    """One check as verify.py reads it."""
    check: Values = {"kind": proof.kind, "host": settings.hostname(proof.host), "patience": _PATIENCE_SECONDS}
    if isinstance(proof, CertificateProof):
        return check | {"days": proof.days}
    check["path"] = proof.path
    if isinstance(proof, HttpProof):
        return check | {"status": proof.status} | ({"contains": proof.contains} if proof.contains else {})
    if isinstance(proof, WebSocketProof):
        return check | {"open_seconds": proof.open_seconds}
    where = f'namespace="{settings.namespace}", service="{proof.service}"'
    return check | {
        "requests": proof.requests,
        "pods": f"sum by (pod) (up{{{where}}} == 1)",
        "counter": f"sum by (pod) ({proof.counter}{{{where}}})",
        "window_seconds": _window(settings, proof),
    }


def _window(settings: PlatformSettings, proof: TargetsProof) -> int:
    """Long enough for the requests themselves and for two scrapes behind them."""
    metrics = settings.workload.services[proof.service].metrics
    interval = metrics.interval_seconds if metrics is not None else 30
    return 2 * interval + max(15, proof.requests // 5)


def _load(settings: PlatformSettings, wiring: Wiring, load: Load) -> Values:
    port = settings.workload.services[load.service].ports[load.port]
    rise = max(5, load.duration_seconds // 10)
    replicas = settings.replicas(load.service)
    to_service: Values = {
        "name": load.service,
        "service": load.service,
        "ports": [{"number": port.number, "protocol": "TCP"}],
    }
    values: Values = {
        "image": reference(settings, LOAD_GENERATOR),
        "target": f"http://{load.service}:{port.exposed}{load.path}",
        "options": _options(load, rise),
        "deadlineSeconds": _START_SECONDS + rise + load.duration_seconds + 60,
        "policy": {"app": LOAD_TEST, "ingress": [], "egress": [to_service]},
    }
    if replicas.maximum == replicas.minimum:
        return values
    rise_seconds = rise + load.duration_seconds + 120
    check: Values = {
        "kind": "scaling",
        "replicas": "kube_deployment_status_replicas_ready"
        f'{{namespace="{settings.namespace}", deployment="{load.service}"}}',
        "rise_seconds": rise_seconds,
        "settle_seconds": load.settle_seconds,
    }
    return values | {
        "verifyImage": reference(settings, PYTHON),
        "document": {"prometheus": _prometheus(wiring), "checks": [check]},
        "deadlineSeconds": _START_SECONDS + rise_seconds + load.settle_seconds,
        "policy": {"app": LOAD_TEST, "ingress": [], "egress": [to_service, to_prometheus(wiring)]},
    }


def _options(load: Load, rise: int) -> Values:
    """Options of k6: a run whose thresholds do not hold ends with 99 (https://grafana.com/docs/k6/latest/)."""
    return {
        "scenarios": {
            "load": {
                "executor": "ramping-vus",
                "stages": [
                    {"duration": f"{rise}s", "target": load.virtual_users},
                    {"duration": f"{load.duration_seconds}s", "target": load.virtual_users},
                ],
                "gracefulRampDown": "30s",
            }
        },
        "thresholds": {
            "http_req_duration": [f"p({load.percentile})<{load.milliseconds}"],
            "http_req_failed": [f"rate<{load.error_percent / 100:g}"],
        },
        "summaryTrendStats": ["med", "p(90)", "p(95)", "p(99)", "max"],
        "discardResponseBodies": True,
    }


def _round_trip(settings: PlatformSettings, wiring: Wiring) -> Values:
    needs = settings.workload.database
    if needs is None:
        raise ValueError("only a product with a database measures the way to it")
    return {
        "image": reference(settings, postgres_client(needs.version)),
        "webImage": reference(settings, SHELL),
        "host": wiring.outputs["database.host"],
        "port": wiring.outputs["database.port"],
        "database": needs.name,
        "secret": database_secret_name(settings),
        # The way to the database is the one that every client of it has.
        "policy": {"app": ROUND_TRIP, "ingress": [scraper_flow(wiring, ROUND_TRIP_PORT)], "egress": []},
    }


def _prometheus(wiring: Wiring) -> str:
    return f"http://prometheus-prometheus.{wiring.telemetry.namespace}.svc:9090"


def verification_demand(settings: PlatformSettings) -> tuple[int, int, int]:
    """Pods, millicores and MiB that these Jobs ask for when all of them run at once."""
    asked = settings.workload.verification
    figures = [
        (asked.smoke is not None, 1, "50m", "64Mi"),
        (asked.load is not None, 1, "1050m", "576Mi"),
        (asked.database_round_trip_milliseconds is not None, 2, "60m", "96Mi"),
    ]
    wanted = [(pods, millicores(cpu), mebibytes(memory)) for used, pods, cpu, memory in figures if used]
    pods, cpu, memory = (sum(column) for column in zip((0, 0, 0), *wanted, strict=True))
    return pods, cpu, memory
