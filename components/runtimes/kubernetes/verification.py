"""Values of the Jobs that prove a product in production: smoke, load, and the round trip to the database."""

from components.chart_values.verify import Proofs, ScalingCheck
from components.chart_values.workload.policies import Policy
from components.chart_values.workload.proofs import LoadOptions, LoadTest, RoundTrip, Scenario, Smoke, Stage
from components.product.database import address, client_image
from components.product.images import LOAD_GENERATOR, PYTHON, SHELL, reference
from components.product.verification import START_SECONDS, runs_after_rollout, smoke_checks, smoke_seconds
from components.product.wiring import Wiring
from components.runtimes.kubernetes.flows import public_flow, scraper_flow, to_prometheus, to_service
from components.runtimes.kubernetes.secrets import database_secret_name
from settings import PlatformSettings
from settings.facts import ports
from settings.types import mebibytes, millicores
from settings.workload.verification import Load, TargetsProof

SMOKE, LOAD_TEST, ROUND_TRIP = "smoke", "load-test", "database-round-trip"
ROUND_TRIP_PORT = 9187


def smoke(settings: PlatformSettings, wiring: Wiring) -> Smoke | None:
    """The chart's `smoke`; None where it is not asked for."""
    asked = settings.workload.verification.smoke
    if asked is None:
        return None
    counts = any(isinstance(each, TargetsProof) for each in asked.checks)
    egress = (public_flow("product", ports.HTTPS), *((to_prometheus(wiring),) if counts else ()))
    return Smoke(
        image=reference(settings, PYTHON),
        document=Proofs(
            checks=smoke_checks(settings, counted=True), prometheus=_prometheus(wiring) if counts else None
        ),
        deadline_seconds=smoke_seconds(settings),
        after_rollout=runs_after_rollout(settings),
        policy=Policy(app=SMOKE, ingress=(), egress=egress),
    )


def load_test(settings: PlatformSettings, wiring: Wiring) -> LoadTest | None:
    """The chart's `loadTest`; None where it is not asked for."""
    load = settings.workload.verification.load
    if load is None:
        return None
    port = settings.workload.services[load.service].pod_ports[load.port]
    replicas = settings.replicas(load.service)
    rise = _rise_seconds(load)
    scaling = _scaling_check(settings, load, rise) if replicas.maximum != replicas.minimum else None
    egress = (to_service(settings, load.service, load.service, port.number),)
    return LoadTest(
        image=reference(settings, LOAD_GENERATOR),
        target=f"http://{load.service}:{port.exposed}{load.path}",
        options=_options(load, rise),
        deadline_seconds=load_seconds(settings, load),
        policy=Policy(app=LOAD_TEST, ingress=(), egress=(*egress, to_prometheus(wiring)) if scaling else egress),
        verify_image=reference(settings, PYTHON) if scaling else None,
        document=Proofs(prometheus=_prometheus(wiring), checks=(scaling,)) if scaling else None,
    )


def load_seconds(settings: PlatformSettings, load: Load) -> int:
    """How long the load Job may take: a node, the load, and what the autoscaler makes of it where there is one."""
    replicas, rise = settings.replicas(load.service), _rise_seconds(load)
    if replicas.maximum == replicas.minimum:
        return START_SECONDS + rise + load.duration_seconds + 60
    scaling = _scaling_check(settings, load, rise)
    return START_SECONDS + scaling.rise_seconds + scaling.settle_seconds


def _rise_seconds(load: Load) -> int:
    return max(5, load.duration_seconds // 10)


def _scaling_check(settings: PlatformSettings, load: Load, rise: int) -> ScalingCheck:
    return ScalingCheck(
        kind="scaling",
        replicas="kube_deployment_status_replicas_ready"
        f'{{namespace="{settings.namespace}", deployment="{load.service}"}}',
        rise_seconds=rise + load.duration_seconds + 120,
        settle_seconds=load.settle_seconds,
    )


def _options(load: Load, rise: int) -> LoadOptions:
    """Options of k6: a run whose thresholds do not hold ends with 99 (https://grafana.com/docs/k6/latest/)."""
    stages = tuple(
        Stage(duration=f"{seconds}s", target=load.virtual_users) for seconds in (rise, load.duration_seconds)
    )
    return LoadOptions(
        scenarios={"load": Scenario(executor="ramping-vus", stages=stages, graceful_ramp_down="30s")},
        thresholds={
            "http_req_duration": (f"p({load.percentile})<{load.milliseconds}",),
            "http_req_failed": (f"rate<{load.error_percent / 100:g}",),
        },
        summary_trend_stats=("med", "p(90)", "p(95)", "p(99)", "max"),
        discard_response_bodies=True,
    )


def round_trip(settings: PlatformSettings, wiring: Wiring) -> RoundTrip | None:
    """The chart's `roundTrip`; None where it is not asked for."""
    asked = settings.workload.verification.database_round_trip_milliseconds
    if asked is None or settings.stack.database is None:
        return None
    where = address(settings, wiring)
    return RoundTrip(
        image=client_image(settings),
        web_image=reference(settings, SHELL),
        host=where.host,
        port=where.port,
        database=where.database,
        secret=database_secret_name(settings),
        # The way to the database is the one that every client of it has.
        policy=Policy(app=ROUND_TRIP, ingress=(scraper_flow(wiring, ROUND_TRIP_PORT),), egress=()),
    )


def _prometheus(wiring: Wiring) -> str:
    return f"http://prometheus-prometheus.{wiring.telemetry.namespace}.svc:{ports.PROMETHEUS}"


def verification_demand(settings: PlatformSettings) -> tuple[int, int, int]:
    """Pods, millicores and MiB that these Jobs ask for when all of them run at once."""
    asked = settings.workload.verification
    jobs = [
        (asked.smoke is not None, 1, "50m", "64Mi"),
        (asked.load is not None, 1, "1050m", "576Mi"),
        (asked.database_round_trip_milliseconds is not None, 2, "60m", "96Mi"),
    ]
    wanted = [(pods, millicores(cpu), mebibytes(memory)) for used, pods, cpu, memory in jobs if used]
    pods, cpu, memory = (sum(column) for column in zip((0, 0, 0), *wanted, strict=True))
    return pods, cpu, memory
