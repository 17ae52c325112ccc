"""From Kubernetes objects to what runs: workloads, with the Services, routes and limits that belong to them."""

import re
from pathlib import Path
from typing import Final

from settings.workload.container import AppProtocol
from tools.importing.amounts import cron
from tools.importing.found import Found, FoundPort, FoundRoute, Part
from tools.importing.manifests.objects import Object, Objects, objects_in
from tools.importing.manifests.pods import pod
from tools.importing.source import InputError
from tools.importing.trees import Tree, at, mapping, sequence, text, truth, whole

_RUNNING: Final = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Pod")
_READ: Final = (
    *_RUNNING,
    "Job",
    "CronJob",
    "Service",
    "Ingress",
    "ConfigMap",
    "Secret",
    "HorizontalPodAutoscaler",
    "PersistentVolumeClaim",
    "Kustomization",
)
_BY_THE_PLATFORM: Final = {
    "Namespace": "the product has its own",
    "ServiceAccount": "every service has its own, without rights on the cluster",
    "NetworkPolicy": "it follows from `calls`, `uses` and `egress`",
    "PodDisruptionBudget": "it follows from `replicas`",
    "Certificate": "the load balancer has one of ACM",
    "Issuer": "the load balancer has a certificate of ACM",
    "ClusterIssuer": "the load balancer has a certificate of ACM",
    "StorageClass": "the platform has its own",
    "PersistentVolume": "volumes are made for the pods",
    "LimitRange": "sizes are stated by service",
    "ResourceQuota": "sizes are stated by service",
    "ServiceMonitor": "state `metrics:` for the service",
    "PodMonitor": "state `metrics:` for the service",
}


def read(source: Path) -> Found:
    """Return what a manifest, or a folder of them, runs. Raises InputError."""
    objects = objects_in(source)
    found = Found(name=objects.name, origin=source.name or str(source))
    for what, why, do in objects.notes:
        found.note(what, why, do)
    for each in objects.of(*_RUNNING):
        _running(each, objects, found)
    for each in objects.of("Job", "CronJob"):
        _job(each, objects, found)
    if not found.parts:
        raise InputError(f"{source}: no Deployment, StatefulSet, Job or the like in it; name the folder that has them")
    _services(objects, found)
    _routes(objects, found)
    for each in objects.of("HorizontalPodAutoscaler"):
        _autoscaler(each, found)
    _others(objects, found)
    return found


def _others(objects: Objects, found: Found) -> None:
    """Name what is not read, once for each kind."""
    kinds: dict[str, list[str]] = {}
    for each in objects.all:
        if each.kind not in _READ:
            kinds.setdefault(each.kind, []).append(each.name)
    for kind, names in kinds.items():
        if kind in _BY_THE_PLATFORM:
            found.note(f"{kind} {', '.join(names)}", _BY_THE_PLATFORM[kind], "nothing is to be done")
        else:
            do = "see what it did, and whether it is missed"
            found.note(f"{kind} {', '.join(names)}", "there is no counterpart here", do)


def _template(each: Object) -> tuple[Tree, Tree]:
    """Return a workload's pod, and its labels."""
    if each.kind == "Pod":
        return each.data.get("spec"), each.labels
    template = at(each.spec, "jobTemplate", "spec", "template") if each.kind == "CronJob" else each.spec.get("template")
    return at(template, "spec"), at(template, "metadata", "labels")


def _running(each: Object, objects: Objects, found: Found) -> None:
    spec, labels = _template(each)
    part = pod(each.name, each.origin, spec, objects, each.spec)
    part.replicas = whole(each.spec.get("replicas"))
    part.recreate = text(at(each.spec, "strategy", "type")) == "Recreate"
    part.numbered = each.kind == "StatefulSet"
    if each.kind == "DaemonSet":
        part.note(
            "DaemonSet", "there is no pod for each node", "state how many pods it has, or leave it to the platform"
        )
    part.names = {each.name}
    found.parts.append(part)
    part.labels = {key: text(value) for key, value in mapping(labels).items()}


def _job(each: Object, objects: Objects, found: Found) -> None:
    spec, _ = _template(each)
    inner = mapping(at(each.spec, "jobTemplate", "spec")) if each.kind == "CronJob" else each.spec
    part = pod(each.name, each.origin, spec, objects, inner)
    part.kind = "job"
    part.deadline = whole(inner.get("activeDeadlineSeconds"))
    part.retries = whole(inner.get("backoffLimit"))
    if each.kind == "CronJob":
        stated = text(each.spec.get("schedule"))
        part.schedule = cron(stated)
        if part.schedule is None:
            part.note(f"schedule {stated}", "it has no form of five fields", "write `schedule:` yourself", "schedule")
            part.schedule = "0 0 * * *"
        if text(each.spec.get("timeZone")) not in {"", "UTC", "Etc/UTC"}:
            part.note(f"timeZone {text(each.spec['timeZone'])}", "schedules are in UTC", "shift it", "schedule")
        if truth(each.spec.get("suspend")):
            part.note("suspend", "a schedule runs, or is not there", "remove the job until it is wanted", "schedule")
    found.parts.append(part)


def _selected(selector: Tree, found: Found) -> list[Part]:
    wanted = {key: text(value) for key, value in mapping(selector).items()}
    if not wanted:
        return []
    return [part for part in found.parts if wanted.items() <= part.labels.items()]


def _services(objects: Objects, found: Found) -> None:
    """Give parts the ports and the names under which Services offer them."""
    for each in objects.of("Service"):
        external = text(each.spec.get("externalName"))
        if external:
            found.note(
                f"Service {each.name}", f"it is another name of {external}", "write that name into the variables"
            )
        for part in _selected(each.spec.get("selector"), found):
            part.names.add(each.name)
            published = text(each.spec.get("type")) in {"LoadBalancer", "NodePort"}
            for port in sequence(each.spec.get("ports")):
                _port(part, port, published=published)
            if text(each.spec.get("clusterIP")) == "None":
                _headless(part, each)
    for part in found.parts:
        services = sorted(part.names - part.headless - {part.name})
        if services and not any(each.name == part.name for each in objects.of("Service")):
            part.name = services[0]
    for part in found.parts:
        part.names |= {f"{name}.{suffix}" for name in part.names for suffix in ("default.svc.cluster.local",)}


def _headless(part: Part, service: Object) -> None:
    """Let the pods of a part find each other, by each name of this Service."""
    namespace = text(at(service.data, "metadata", "namespace")) or "default"
    part.headless |= {service.name, *(f"{service.name}.{namespace}{end}" for end in ("", ".svc", ".svc.cluster.local"))}
    part.names |= part.headless
    if part.numbered:
        why = f"not supported: a name for each pod, such as {part.name}-0.{service.name}"
        part.note(f"StatefulSet {part.name}", why, "let peers find each other by `headless_host`", "headless")


def _port(part: Part, stated: Tree, *, published: bool) -> None:
    exposed = whole(at(stated, "port"))
    target = text(at(stated, "targetPort")) or text(at(stated, "port"))
    known = next((port for port in part.ports if target in {str(port.number), port.name}), None)
    number = known.number if known else whole(target)
    if number is None or exposed is None:
        return
    made = FoundPort(
        number=number,
        name=(known.name if known else None) or _port_name(text(at(stated, "name"))),
        protocol="UDP" if text(at(stated, "protocol")) == "UDP" else "TCP",
        exposed=exposed,
        published="host" if published or (known is not None and known.published == "host") else "no",
        speaks=_SPOKEN.get(text(at(stated, "appProtocol")).lower()),
    )
    part.ports = [port for port in part.ports if port is not known] + [made]


_SPOKEN: Final[dict[str, AppProtocol]] = {
    "http": "http",
    "kubernetes.io/h2c": "http2",
    "http2": "http2",
    "grpc": "grpc",
}


def _port_name(stated: str) -> str | None:
    return stated if re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?", stated) else None


def _routes(objects: Objects, found: Found) -> None:
    for each in objects.of("Ingress"):
        default = at(each.spec, "defaultBackend")
        rules = [*sequence(each.spec.get("rules"))]
        if default is not None:
            rules.append({"http": {"paths": [{"path": "/", "backend": default}]}})
        for rule in rules:
            for path in sequence(at(rule, "http", "paths")):
                _route(text(at(rule, "host")) or None, path, found)
        for annotation in sorted(mapping(at(each.data, "metadata", "annotations"))):
            if "kubernetes.io/ingress.class" not in annotation and "cert-manager" not in annotation:
                found.note(f"{annotation} of Ingress {each.name}", "the load balancer is another one", "see `ingress:`")


def _route(host: str | None, path: Tree, found: Found) -> None:
    service = text(at(path, "backend", "service", "name")) or text(at(path, "backend", "serviceName"))
    port = at(path, "backend", "service", "port")
    wanted = text(at(port, "number")) or text(at(port, "name")) or text(at(path, "backend", "servicePort"))
    part = next((each for each in found.parts if service in each.names), None)
    if part is None:
        found.note(f"the route to {service}", "no pods of it are here", "add a route when they are")
        return
    for known in part.ports:
        if wanted in {str(known.exposed), str(known.number), known.name}:
            place = text(at(path, "path")) or "/"
            target = known.exposed or known.number
            found.routes.append(FoundRoute(host=host, path=place.partition("(")[0] or "/", part=part.name, port=target))
            return


def _autoscaler(each: Object, found: Found) -> None:
    target = text(at(each.spec, "scaleTargetRef", "name"))
    part = next((one for one in found.parts if target in one.names), None)
    if part is None:
        return
    part.replicas = whole(each.spec.get("minReplicas")) or part.replicas or 1
    part.most = whole(each.spec.get("maxReplicas"))
    cpu = whole(each.spec.get("targetCPUUtilizationPercentage"))
    if cpu:
        part.targets["cpu"] = min(cpu, 100)
    for metric in sequence(each.spec.get("metrics")):
        name = text(at(metric, "resource", "name"))
        average = whole(at(metric, "resource", "target", "averageUtilization"))
        if name in {"cpu", "memory"} and average:
            part.targets[name] = min(average, 100)
        else:
            kind = text(at(metric, "type")) or "a metric"
            part.note(f"{kind} of the autoscaler", "it is stated another way", "see `scaling.metrics`", "scaling")
