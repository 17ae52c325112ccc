"""A task that an operator or developer starts: psql beside the database, and the far end of a forwarded port."""

from components.identity.pod_role import Statement
from components.product.toolbox import TOOLBOX, product_toolbox
from components.runtimes.ecs.containers import Container, Log
from components.runtimes.ecs.jobs import Job
from components.runtimes.ecs.task_inputs import TaskInputs
from settings import PlatformSettings
from settings.arithmetic.tasks import CLIENT_NEED, fitting

_SECONDS = 4 * 3600
"""A task that nobody stopped ends by itself."""


def has_toolbox(settings: PlatformSettings) -> bool:
    """Whether a person may work with the product's database. `application.toolbox` runs all the time: on a cluster."""
    database = settings.stack.database
    return settings.workload.database is not None and database is not None and database.developer_access


def toolbox(inputs: TaskInputs, log: Log) -> Job | None:
    """Describe the task; it runs under the application's role in the database, and sleeps."""
    settings = inputs.settings
    image = product_toolbox(settings, inputs.wiring).postgres_image
    if not has_toolbox(settings) or image is None:
        return None
    container = Container(
        name=TOOLBOX,
        image=image,
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
        size=fitting(settings, CLIENT_NEED, CLIENT_NEED),
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
