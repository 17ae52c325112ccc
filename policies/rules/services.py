"""Rules over services on ECS, and over what their tasks may do on their machine."""

from collections.abc import Iterator, Sequence

from policies.about import high, low, medium
from policies.graph import of_type
from policies.rule import PRODUCTION, Level, resource_rule, stack_rule
from policies.rules.tasks import containers_of
from policies.view import UNKNOWN, Resource

_TASK, _SERVICE = "aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service"
_ROOT = ("root", "0", "0:0", "root:root")


@stack_rule(
    "service-not-root",
    "What a service's tasks are for is not said to run as root",
    about=medium(
        "A flaw of the program is root's.",
        "Name another user in the container's definition, or leave the image's own.",
    ),
)
def service_not_root(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """Jobs, and containers that prepare a folder for another user, are not meant."""
    tasks = frozenset[str]().union(*(each.refers("taskDefinition") for each in of_type(resources, _SERVICE)))
    for task in of_type(resources, _TASK):
        for container in containers_of(task) if task.urn in tasks else ():
            if container.get("essential", True) and str(container.get("user")) in _ROOT:
                yield task, f"container {container.get('name')} runs as root; name another user"


@resource_rule(
    "task-root-read-only",
    "No container of a task writes where its image lies",
    _TASK,
    level=Level.ADVISORY,
    about=medium(
        "Who breaks in leaves a program behind.",
        "Set readonlyRootFilesystem, and mount a volume where something has to be written.",
        "CKV_AWS_336",
        "PCI DSS 7.2.1",
    ),
)
def task_root_read_only(task: Resource) -> Iterator[str]:
    for container in containers_of(task):
        if container.get("readonlyRootFilesystem") is not True:
            yield f"container {container.get('name')}: readonlyRootFilesystem is off; switch it on"


@resource_rule(
    "task-no-host-paths",
    "No task sees its machine's files",
    _TASK,
    about=high(
        "The task reads its neighbours' credentials, and owns the machine by its container socket.",
        "Mount a shared folder or a task's own storage in place of hostPath.",
    ),
)
def task_no_host_paths(task: Resource) -> Iterator[str]:
    for volume in task.places("volumes"):
        if isinstance(task.value(f"{volume}.hostPath"), str):
            yield f"{volume}.hostPath is a folder of the machine; leave it out"


@resource_rule(
    "service-no-public-address",
    "A production's tasks have no public address",
    _SERVICE,
    environments=PRODUCTION,
    level=Level.ADVISORY,
    about=high(
        "Every task answers to the whole internet, past the load balancer.",
        "Switch networkConfiguration.assignPublicIp off.",
        "CKV_AWS_333",
    ),
)
def service_no_public_address(service: Resource) -> Iterator[str]:
    if service.value("networkConfiguration.assignPublicIp") is True:
        yield "networkConfiguration.assignPublicIp is on; switch it off"


@resource_rule(
    "service-no-shell",
    "Nobody opens a shell in a production's tasks",
    _SERVICE,
    environments=PRODUCTION,
    level=Level.ADVISORY,
    about=medium(
        "What runs is changed by hand, and secrets are read, past every review.",
        "Switch enableExecuteCommand off once it is no longer needed.",
    ),
)
def service_no_shell(service: Resource) -> Iterator[str]:
    if service.value("enableExecuteCommand") is True:
        yield "enableExecuteCommand is on; switch it off"


@resource_rule(
    "service-newest-platform",
    "Tasks run on the newest version of Fargate",
    _SERVICE,
    about=medium(
        "Flaws of the host that were fixed stay.",
        "Set platformVersion to LATEST, or leave it out.",
        "CKV_AWS_332",
        "PCI DSS 6.3.3",
    ),
)
def service_newest_platform(service: Resource) -> Iterator[str]:
    version = service.value("platformVersion")
    if isinstance(version, str) and version != "LATEST":
        yield f"platformVersion is {version}; set LATEST"


@resource_rule(
    "service-rolls-back",
    "A deployment that does not come up is rolled back",
    _SERVICE,
    about=medium(
        "A broken version is started again and again until somebody looks.",
        "Switch enable and rollback of deploymentCircuitBreaker on.",
    ),
)
def service_rolls_back(service: Resource) -> Iterator[str]:
    """A deployment that another controller makes has its own way back."""
    other = service.value("deploymentController.type") not in ("ECS", UNKNOWN) and service.has("deploymentController")
    breaker = "deploymentCircuitBreaker"
    if not other and not (service.is_set(f"{breaker}.enable") and service.is_set(f"{breaker}.rollback")):
        yield "deploymentCircuitBreaker does not roll back; switch enable and rollback on"


@resource_rule(
    "tasks-counted",
    "A production's cluster of tasks counts their memory and processors",
    "aws:ecs/cluster:Cluster",
    environments=PRODUCTION,
    level=Level.ADVISORY,
    about=low(
        "That a task runs out of memory is seen when it has.",
        "Set containerInsights to enabled or enhanced in settings.",
        "CKV_AWS_65",
    ),
)
def tasks_counted(cluster: Resource) -> Iterator[str]:
    places = cluster.places("settings")
    stated = {cluster.value(f"{place}.name"): cluster.value(f"{place}.value") for place in places}
    if UNKNOWN in stated or cluster.value("settings") is UNKNOWN:
        return
    if stated.get("containerInsights") not in ("enabled", "enhanced", UNKNOWN):
        yield "settings does not switch containerInsights on; do"


RULES = (
    service_not_root,
    task_root_read_only,
    task_no_host_paths,
    service_no_public_address,
    service_no_shell,
    service_newest_platform,
    service_rolls_back,
    tasks_counted,
)
