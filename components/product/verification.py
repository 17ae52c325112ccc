"""What proves a product in production: how long it may take, and what it asks."""

from components.chart_values.verify import CertificateCheck, Check, HostCheck, TargetsCheck, WebSocketCheck
from settings import PlatformSettings
from settings.workload.verification import CertificateProof, HttpProof, Proof, TargetsProof, WebSocketProof

_PATIENCE_SECONDS = 120
"""A name that was just made is known everywhere after 60 s (Route 53), and a target is healthy after a few checks."""
START_SECONDS = 120  # a node may have to be launched first
_TRIES = 2


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
    return _TRIES * (START_SECONDS + sum(_seconds(settings, each) for each in smoke.checks)) if smoke else 0


def _seconds(settings: PlatformSettings, proof: Proof) -> int:
    if isinstance(proof, WebSocketProof):
        return _PATIENCE_SECONDS + proof.open_seconds + 30
    if isinstance(proof, TargetsProof):
        # Three questions, two windows between them, and a fifth of a second for a request.
        return 30 + 2 * _window(settings, proof) + proof.requests // 5
    return _PATIENCE_SECONDS


def smoke_checks(settings: PlatformSettings, *, counted: bool) -> tuple[Check, ...]:
    """The smoke Job's checks as verify.py reads them; `counted` keeps those that ask Prometheus."""
    smoke = settings.workload.verification.smoke
    proofs = smoke.checks if smoke else ()
    return tuple(_check(settings, each) for each in proofs if counted or not isinstance(each, TargetsProof))


def _check(settings: PlatformSettings, proof: Proof) -> Check:
    """One check as verify.py reads it."""
    host = settings.hostname(proof.host)
    if isinstance(proof, CertificateProof):
        return CertificateCheck(kind="certificate", host=host, patience=_PATIENCE_SECONDS, days=proof.days)
    if isinstance(proof, HttpProof):
        return HostCheck(
            kind="http",
            host=host,
            patience=_PATIENCE_SECONDS,
            path=proof.path,
            status=proof.status,
            contains=proof.contains or None,
        )
    if isinstance(proof, WebSocketProof):
        return WebSocketCheck(
            kind="websocket", host=host, patience=_PATIENCE_SECONDS, path=proof.path, open_seconds=proof.open_seconds
        )
    where = f'namespace="{settings.namespace}", service="{proof.service}"'
    return TargetsCheck(
        kind="targets",
        host=host,
        patience=_PATIENCE_SECONDS,
        path=proof.path,
        requests=proof.requests,
        pods=f"sum by (pod) (up{{{where}}} == 1)",
        counter=f"sum by (pod) ({proof.counter}{{{where}}})",
        window_seconds=_window(settings, proof),
    )


def _window(settings: PlatformSettings, proof: TargetsProof) -> int:
    """Long enough for the requests themselves and for two scrapes behind them."""
    metrics = settings.workload.services[proof.service].metrics
    interval = metrics.interval_seconds if metrics is not None else 30
    return 2 * interval + max(15, proof.requests // 5)
