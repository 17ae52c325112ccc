"""From a Compose service to a part of the product."""

from pathlib import Path
from typing import Final

from tools.importing import health
from tools.importing.amounts import compose_memory, cores, seconds
from tools.importing.compose.folders import add_folders
from tools.importing.compose.labels import routes, scheduled
from tools.importing.compose.ports import add_ports
from tools.importing.compose.project import Project
from tools.importing.found import Found, Part, Variable
from tools.importing.interpolation import fill, variables
from tools.importing.source import content
from tools.importing.trees import Tree, at, mapping, pairs, sequence, text, texts, truth, whole, words

BY_THE_PLATFORM: Final = (
    "networks",
    "restart",
    "container_name",
    "hostname",
    "logging",
    "init",
    "labels",
    "pull_policy",
    "attach",
    "stdin_open",
    "tty",
    "security_opt",
    "cap_drop",
    "annotations",
)
"""Every pod is restarted, logged, found by its name, and runs without privileges; `calls` says who reaches whom."""

_LEFT_OUT: Final = {
    "cap_add": ("a pod gets no capabilities of the kernel", "run what needs them elsewhere"),
    "privileged": ("a pod is never privileged", "run it elsewhere"),
    "devices": ("a pod sees no devices of its node", "run it elsewhere"),
    "network_mode": ("every pod has an address of its own", "reach others by their service's name"),
    "pid": ("a pod does not see other processes", "leave the feature out that needs it"),
    "ipc": ("a pod shares no memory with others", "leave the feature out that needs it"),
    "ulimits": ("limits are a node's, not a pod's", "state `node_pools:` with `open_files` or `processes_per_pod`"),
    "sysctls": ("a pod changes nothing of the kernel", "leave it out"),
    "shm_size": (
        "a pod has 64 MiB of shared memory",
        "let the process use less, or a folder under `security.writable_paths`",
    ),
    "extra_hosts": ("names come from DNS alone", "give the process the address, or make a DNS record"),
    "dns": ("names are resolved by the cluster", "leave it out"),
    "working_dir": ("the image's own working directory is used", "set it in the image, or write full paths"),
    "stop_signal": ("a process is stopped with SIGTERM", "set STOPSIGNAL in the image"),
    "userns_mode": ("users are the image's", "leave it out"),
    "group_add": ("the process has the one group of its user", "let the folder belong to that"),
    "links": ("services are reached by their own names", "use the service's name"),
    "external_links": ("services of other projects are not here", "give their address as a variable"),
    "platform": ("the stack's nodes decide", "build the image for them"),
    "gpus": ("the platform has no nodes with GPUs", "run it elsewhere"),
    "develop": ("it is for development", "leave it out"),
    "post_start": ("nothing runs beside a start", "move it to the image's entry point"),
    "pre_stop": ("nothing runs before a stop", "let the process do it on SIGTERM"),
    "mem_swappiness": ("nodes have no swap", "leave it out"),
    "oom_kill_disable": ("the limit is kept", "raise the memory"),
    "volumes_from": ("no pod sees another's folders", "name the volumes"),
}


def read(project: Project, profiles: frozenset[str]) -> Found:
    """Return what a Compose project runs; services of other profiles than the chosen are optional."""
    found = Found(name=project.name, origin=project.file.name)
    override = next(project.file.parent.glob(f"{project.file.stem}.override.y*ml"), None)
    if override is not None:
        found.note(override.name, "one file is read", "run `docker compose config` and import what it prints")
    if not (project.file.parent / ".env").is_file():
        examples = sorted(each.name for each in project.file.parent.glob("*env*example*"))
        if examples:
            found.note(".env", f"it is missing, and {examples[0]} is there", "copy it, fill it in, and import again")
    for name, service in project.services.items():
        part = _part(project, name, service)
        labels = pairs(service.get("labels")) | pairs(at(service, "deploy", "labels"))
        found.parts += [part, *scheduled(part, labels)]
        found.routes += routes(part, labels)
        wanted = texts(service.get("profiles"))
        if wanted and not profiles & {*wanted, "*"}:
            part.optional = True
            one = wanted[0]
            why = f"it runs with profile {one} alone"
            do = "a stack runs it by naming it under `application.include`"
            part.note("profiles", why, f"{do}; PROFILE={one} imports it as always running", "optional")
    return found


def _part(project: Project, name: str, service: dict[str, Tree]) -> Part:
    part = Part(name=name, origin=f"{project.file.name}:{project.lines[name]} services.{name}")
    part.names = {name, text(service.get("container_name")), text(service.get("hostname")), *_aliases(service)} - {""}
    part.image = text(service.get("image")) or None
    if service.get("build") is not None:
        part.build = text(service["build"]) or text(at(service, "build", "context")) or "."
    part.command = words(service.get("entrypoint"))
    part.arguments = words(service.get("command"))
    add_ports(part, service)
    _add_variables(part, service, project)
    _add_checks(part, service)
    _add_sizes(part, service)
    add_folders(part, service, project)
    _add_rest(part, service, project)
    for key, (why, do) in _LEFT_OUT.items():
        if service.get(key) not in (None, [], {}, "", "false"):
            part.note(key, why, do)
    return part


def _aliases(service: dict[str, Tree]) -> set[str]:
    return {alias for network in mapping(service.get("networks")).values() for alias in texts(at(network, "aliases"))}


def _add_variables(part: Part, service: dict[str, Tree], project: Project) -> None:
    stated: dict[str, str | None] = {}
    for item in sequence(service.get("env_file")):
        file = Path(text(at(item, "path")))
        if file.is_file():
            stated |= variables(content(file), project.values)
        elif text(at(item, "required")) != "false":
            why = "the file is not here, and so its variables are not"
            part.note(f"env_file {file.name}", why, "put it beside the Compose file and import again", "environment")
    stated |= pairs(service.get("environment"))
    for name, value in stated.items():
        given = project.values.get(name) if value is None else value
        part.variables[name] = Variable(name=name, text=fill(f"${{{name}}}", {}) if given is None else given)


def _add_checks(part: Part, service: dict[str, Tree]) -> None:
    check = mapping(service.get("healthcheck"))
    test = check.get("test")
    if test is None or truth(check.get("disable")):
        return
    command = _tested(test)
    if not command:
        return
    probe = health.timed(
        health.asked(command),
        period=seconds(text(check.get("interval"))) or 30,
        timeout=seconds(text(check.get("timeout"))) or 30,
        failures=whole(check.get("retries")) or 3,
    )
    if probe.path is not None and "grep" in " ".join(command):
        part.note(
            "what the check looks for", "an HTTP probe sees the status alone", "let a bad state answer 500", "probes"
        )
    part.readiness = probe
    grace = seconds(text(check.get("start_period"))) or 0
    if grace:
        part.startup = health.starting(probe, grace)


def _tested(test: Tree) -> tuple[str, ...]:
    if isinstance(test, str):
        return health.shell(test)
    kind, *rest = texts(test) or ["NONE"]
    if kind == "CMD":
        return tuple(rest)
    return health.shell(" ".join(rest)) if kind == "CMD-SHELL" else ()


def _add_sizes(part: Part, service: dict[str, Tree]) -> None:
    resources = at(service, "deploy", "resources")
    for kept, below, cpu, memory in (
        (part.limits, "limits", service.get("cpus"), service.get("mem_limit")),
        (part.requests, "reservations", None, service.get("mem_reservation")),
    ):
        stated = at(resources, below)
        amounts = {
            "cpu": cores(text(at(stated, "cpus")) or text(cpu)),
            "memory": compose_memory(text(at(stated, "memory")) or text(memory)),
        }
        kept.update({key: amount for key, amount in amounts.items() if amount})
    part.replicas = whole(at(service, "deploy", "replicas"))
    if part.replicas is None:
        part.replicas = whole(service.get("scale"))


def _add_rest(part: Part, service: dict[str, Tree], project: Project) -> None:
    needs = service.get("depends_on")
    part.needs = {name: text(at(needs, name, "condition")) or "service_started" for name in mapping(needs)}
    part.grace = seconds(text(service.get("stop_grace_period")))
    part.read_only = truth(service.get("read_only"))
    user = text(service.get("user")).partition(":")[0]
    if user.isdigit() and int(user):
        part.user = int(user)
    elif user:
        part.note(f"user {user}", "a process is never root, and its user is a number", "state `security.user`")
    if text(service.get("restart")) == "no":
        part.kind = "job"
    joined = [*mapping(service.get("networks")), *texts(service.get("networks"))]
    part.closed = bool(joined) and all(truth(at(project.networks.get(name), "internal")) for name in joined)
