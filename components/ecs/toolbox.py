"""A task that an operator or developer starts: psql beside the database, and the far end of a forwarded port."""

from components.application.images import postgres_client, reference
from components.ecs.containers import Container, Log
from components.ecs.jobs import SMALL, Job
from components.ecs.service_containers import fitting
from components.ecs.task_inputs import TaskInputs
from components.identity.pod_role import Statement
from settings import PlatformSettings

TOOLBOX = "toolbox"
_SECONDS = 4 * 3600
"""A task that nobody stopped ends by itself."""


def has_toolbox(settings: PlatformSettings) -> bool:
    """Whether the stack wants one, for a product with a database."""
    database = settings.stack.database
    if settings.workload.database is None or database is None:
        return False
    return settings.stack.application.toolbox or database.developer_access


def toolbox(inputs: TaskInputs, log: Log) -> Job | None:
    """Describe the task; it runs under the application's role in the database, and sleeps."""
    settings, needs = inputs.settings, inputs.settings.workload.database
    if needs is None or not has_toolbox(settings):
        return None
    container = Container(
        name=TOOLBOX,
        image=reference(settings, postgres_client(needs.version)),
        log=log,
        entry_point=["sleep"],
        command=[str(_SECONDS)],
        environment=inputs.database,
        secrets=inputs.database_credential,
        # Session Manager's agent, which ECS puts beside the process, is root and writes to the container's files.
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-considerations
        read_only=False,
        capabilities=True,
    )
    return Job(
        name=TOOLBOX,
        size=fitting(settings, SMALL, SMALL),
        containers=[container],
        statements=[_channels(settings.stack.region)],
    )


def _channels(region: str) -> Statement:
    return {
        "Sid": "SessionChannels",
        "Effect": "Allow",
        "Action": [
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ],
        # The service knows no resources for them.
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:RequestedRegion": region}},
    }
