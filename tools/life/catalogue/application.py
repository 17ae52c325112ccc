"""Changes of the product itself: versions, sizes, variables, secrets, services, alerts, whom to tell."""

from collections.abc import Mapping
from typing import Any, Final, cast

from settings.quantities import cpu_quantity, memory_quantity, millicores
from tools.life.change import NOTHING, Change, Given, Move, Operation, of_product
from tools.life.proofs import mentioned, unmentioned
from tools.operations.files import Edits, Setting
from tools.plan.words import Kind

_VARIABLE: Final = "YEARS_FEATURE"
_SECRET: Final = "YEARS_TOKEN"  # noqa: S105 -- a name, not a value
_RENAMED: Final = "YEARS_KEY"
_WORKER: Final = "years-worker"
_ALERT: Final = "YearsQueueGrows"


def _tag(given: Given) -> Move:
    image = cast("Mapping[str, Any]", given.described("services", given.main, "image"))
    major, _, rest = str(image["tag"]).partition(".")
    minor = int(rest.partition(".")[0]) + 1
    tag = f"{major}.{minor}.0"
    repository = image["repository"]
    same = [name for name, each in given.settings.workload.services.items() if each.image.repository == repository]
    return of_product({("services", name, "image", "tag"): tag for name in same}, mentioned(tag))


def _copies(given: Given, step: int) -> Move | None:
    """One copy more, or fewer: of the fixed number, or of the most that an autoscaler makes."""
    had = given.service.replicas
    fixed = had.minimum == had.maximum
    wanted = {"minimum": had.minimum + step * fixed, "maximum": had.maximum + step}
    if wanted["minimum"] < 1 or wanted["maximum"] < wanted["minimum"]:
        return None
    return of_product({("services", given.main, "replicas"): wanted})


def _more_cpu(given: Given) -> Move:
    """A tenth more of the limit, and of the request where both are one."""
    had = given.service.resources
    cpu = f"{max(millicores(had.limits.cpu), 10) * 11 // 10}m"
    requests = cpu if had.requests.cpu == had.limits.cpu else had.requests.cpu
    return _sized(given, requests, had.requests.memory, cpu, had.limits.memory)


def _more_memory(given: Given) -> Move:
    had = given.service.resources
    memory = _more(had.limits.memory)
    requests = memory if had.requests.memory == had.limits.memory else had.requests.memory
    return _sized(given, had.requests.cpu, requests, had.limits.cpu, memory)


def _more(memory: str) -> str:
    amount, unit = int(memory[:-2]), memory[-2:]
    return f"{amount * 1024 * 9 // 8}Mi" if unit == "Gi" else f"{amount * 9 // 8}{unit}"


def _sized(given: Given, cpu: str, memory: str, cpu_limit: str, memory_limit: str) -> Move:
    stated = {
        "requests": {"cpu": cpu_quantity(cpu), "memory": memory_quantity(memory)},
        "limits": {"cpu": cpu_quantity(cpu_limit), "memory": memory_quantity(memory_limit)},
    }
    return of_product({("services", given.main, "resources"): stated})


def _variable(given: Given, value: str | None) -> Move | None:
    path = ("services", given.main, "environment", _VARIABLE)
    had = given.described(*path)
    if (had is None) == (value is None) and (value is None or had == value):
        return None
    return of_product({path: value}, mentioned(_VARIABLE) if value else unmentioned(_VARIABLE))


def _secret_added(given: Given) -> Move | None:
    if given.has("secrets", _SECRET) or given.has("secrets", _RENAMED):
        return None
    names = [*given.listed("services", given.main, "secrets"), _SECRET]
    return of_product(
        {("secrets", _SECRET): {"kind": "generated", "bytes": 32}, ("services", given.main, "secrets"): names},
        mentioned(_SECRET),
    )


def _secret_rotated(given: Given) -> Move | None:
    if not given.has("secrets", _SECRET):
        return None
    generation = int(given.described("secrets", _SECRET, "generation") or 1) + 1
    return of_product({("secrets", _SECRET, "generation"): generation})


def _secret_renamed(given: Given) -> Move | None:
    if not given.has("secrets", _SECRET):
        return None
    definition = cast("Mapping[str, Any]", given.described("secrets", _SECRET))
    names = given.listed("services", given.main, "secrets")
    edits = Edits(
        product={
            ("secrets", _SECRET): None,
            ("secrets", _RENAMED): definition,
            ("services", given.main, "secrets"): [_RENAMED if each == _SECRET else each for each in names],
        }
    )
    return Move(
        edits=edits,
        operation=Operation("rename-secret", _SECRET, _RENAMED),
        proofs=(mentioned(_RENAMED), unmentioned(_SECRET)),
        gives_up=("years-token",),
    )


def _secret_unread(given: Given) -> Move | None:
    names = given.listed("services", given.main, "secrets")
    if _RENAMED not in names:
        return None
    kept = [name for name in names if name != _RENAMED]
    return of_product({("services", given.main, "secrets"): kept or None})


def _secret_retired(given: Given) -> Move | None:
    if not given.has("secrets", _RENAMED) or _RENAMED in given.listed("services", given.main, "secrets"):
        return None
    return Move(
        edits=Edits(product={("secrets", _RENAMED): None}),
        operation=Operation("retire-store", f"secrets.{_RENAMED}"),
        proofs=(unmentioned(_RENAMED),),
        gives_up=("years-key",),
    )


def _service_added(given: Given) -> Move | None:
    if given.has("services", _WORKER):
        return None
    image = {"repository": given.service.image.repository, "tag": given.service.image.tag}
    size = {"cpu": "250m", "memory": "512Mi"}
    service = {
        "image": image,
        "command": ["worker"],
        "replicas": {"minimum": 1, "maximum": 1},
        "resources": {"requests": size, "limits": size},
    }
    return of_product({("services", _WORKER): service}, mentioned(_WORKER))


def _service_removed(given: Given) -> Move | None:
    if not given.has("services", _WORKER):
        return None
    without: dict[Setting, object] = {("services", _WORKER): None}
    if given.on_kubernetes:
        return of_product(without, unmentioned(_WORKER))
    of = f"services.{_WORKER}"
    return Move(
        edits=Edits(product=without, permit=("retire", of)),
        operation=Operation("retire-store", of),
        proofs=(unmentioned(_WORKER),),
        gives_up=(f"tasks-{_WORKER}-log",),
    )


def _autoscaled(given: Given) -> Move | None:
    if given.settings.stack.application.scale != "workload":
        return None
    fixed = [name for name, each in given.settings.workload.services.items() if each.scaling is None]
    fixed = [name for name in fixed if name != _WORKER and not given.settings.workload.services[name].optional]
    if not fixed:
        return None
    had = given.settings.workload.services[fixed[0]].replicas.minimum
    edits = Edits(
        product={
            ("services", fixed[0], "replicas"): {"minimum": had, "maximum": had + 2},
            ("services", fixed[0], "scaling"): {"cpu": 70},
        }
    )
    return Move(edits=edits, operation=Operation("fixed-to-autoscaling", fixed[0], str(had + 2)))


def _scaled_sooner(given: Given) -> Move | None:
    scaling = given.service.scaling
    if scaling is None or scaling.cpu is None or scaling.cpu <= 50:  # noqa: PLR2004
        return None
    return of_product({("services", given.main, "scaling", "cpu"): scaling.cpu - 5})


def _alert(given: Given, severity: str) -> Move:
    kept = [each for each in given.listed("alerts") if each["name"] != _ALERT]
    made = {
        "name": _ALERT,
        "expression": "sum(rate(http_requests_total[5m])) > 100000",
        "for": "10m",
        "severity": severity,
        "summary": "More is asked for than in any month before",
    }
    teams = given.described("contacts", "teams")
    made |= {"team": next(iter(cast("Mapping[str, str]", teams)))} if teams else {}
    return of_product({("alerts",): [*kept, made]})


def _alert_has(given: Given, severity: str | None) -> bool:
    return severity in [each["severity"] for each in given.listed("alerts") if each["name"] == _ALERT]


def _alert_removed(given: Given) -> Move | None:
    kept = [each for each in given.listed("alerts") if each["name"] != _ALERT]
    if len(kept) == len(given.listed("alerts")):
        return None
    return of_product({("alerts",): kept or None}, unmentioned(_ALERT))


def _slower_probe(given: Given) -> Move | None:
    probe = given.service.probes.readiness
    if probe is None:
        return None
    return of_product(
        {("services", given.main, "probes", "readiness", "failure_threshold"): probe.failure_threshold + 1}
    )


def _contacts(given: Given) -> Move:
    had = str(given.described("contacts", "email") or "")
    other = "support@example.com" if had != "support@example.com" else "help@example.com"
    return of_product({("contacts", "email"): other})


def _of_probe(given: Given) -> Kind:
    """A task is asked by its target group alone, as the routes say."""
    return Kind.ROLLING if given.on_kubernetes else Kind.NOTHING


def _of_removal(given: Given) -> Kind:
    """A task's logs have a group of their own, which goes with it."""
    return Kind.REPLACES if given.on_kubernetes else Kind.LOSES_DATA


CHANGES: Final = (
    Change("image-tag", Kind.ROLLING, _tag),
    Change("copies-more", NOTHING, lambda given: _copies(given, 1)),
    Change("copies-fewer", NOTHING, lambda given: _copies(given, -1)),
    Change("cpu-more", Kind.ROLLING, _more_cpu),
    Change("memory-more", Kind.ROLLING, _more_memory),
    Change("variable-added", Kind.ROLLING, lambda given: None if _has(given) else _variable(given, "off")),
    Change("variable-changed", Kind.ROLLING, lambda given: _variable(given, "on") if _has(given) else None,
           after="variable-added"),
    Change("variable-removed", Kind.ROLLING, lambda given: _variable(given, None), after="variable-added"),
    Change("secret-added", Kind.ROLLING, _secret_added),
    Change("secret-rotated", Kind.REPLACES, _secret_rotated, after="secret-added"),
    Change("secret-renamed", None, _secret_renamed, after="secret-added"),
    Change("secret-unread", Kind.ROLLING, _secret_unread, after="secret-renamed"),
    Change("secret-retired", None, _secret_retired, after="secret-unread"),
    Change("service-added", NOTHING, _service_added),
    Change("service-removed", _of_removal, _service_removed, after="service-added"),
    Change("fixed-to-autoscaling", NOTHING, _autoscaled),
    Change("scaled-sooner", NOTHING, _scaled_sooner),
    Change("probe-slower", _of_probe, _slower_probe),
    Change("alert-added", NOTHING, lambda given: None if _alert_stands(given) else _alert(given, "warning")),
    Change("alert-changed", NOTHING, lambda given: _alert(given, "critical") if _alert_has(given, "warning") else None,
           after="alert-added"),
    Change("alert-removed", NOTHING, _alert_removed, after="alert-added"),
    Change("contacts", NOTHING, _contacts),
)  # fmt: skip


def _has(given: Given) -> bool:
    return given.has("services", given.main, "environment", _VARIABLE)


def _alert_stands(given: Given) -> bool:
    return any(each["name"] == _ALERT for each in given.listed("alerts"))
