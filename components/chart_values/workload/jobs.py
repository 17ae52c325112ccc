"""Jobs of the product and of the platform, and the operators' toolbox."""

from typing import Annotated, Literal

from pydantic import Field

from components.chart_values.base import ChartValues, Out
from components.chart_values.types import FilePath, ImageReference, Name, PortText, Positive, Seconds, Text, Variable
from components.chart_values.workload.containers import PodFields, Resources, SecretEnvironment, Variables, Words
from components.chart_values.workload.policies import Policy


class Job(ChartValues):
    """Runs once after every rollout; with a schedule, at its hours."""

    image: Out[ImageReference]
    command: Words
    arguments: Words
    resources: Resources
    environment: Variables
    user: Positive
    writable_paths: tuple[FilePath, ...]
    deadline_seconds: Positive
    retries: Seconds
    schedule: Text | None = None
    secret_environment: SecretEnvironment | None = None
    pod_fields: PodFields | None = None


class Migration(ChartValues):
    """Brings the database's schema to that of the release, before it rolls out."""

    image: Out[ImageReference]
    command: Annotated[Words, Field(min_length=1)]
    deadline_seconds: Positive
    secret_environment: SecretEnvironment
    user: Positive
    environment: Variables | None = None
    policy: Policy | None = None
    """What it may reach besides the database."""


class Dump(ChartValues):
    """Writes the database to a bucket."""

    schedule: Text
    format: Literal["directory", "custom"]
    jobs: Positive
    service_account: Name
    image: Out[ImageReference]
    upload_image: Out[ImageReference]
    bucket: Out[Text]
    region: Text
    database: Text
    host: Out[Text]
    port: Out[PortText]
    secret: Name
    scratch_gib: Positive
    deadline_seconds: Positive
    policy: Policy
    further: Text | None = None
    """Databases that are dumped after the first, with blanks between them."""
    archived: bool | None = None
    """The first dump of a month is stored under archives/ too."""


class Restore(ChartValues):
    """Restores a dump beside a database, as the administrator, when a person starts it."""

    namespace: Name
    """Where the bootstrap is, with the administrator's credentials and its scripts."""
    bootstrap: Name
    """The bootstrap's Secret and ConfigMap."""
    service_account: Name
    image: Out[ImageReference]
    fetch_image: Out[ImageReference]
    bucket: Out[Text]
    region: Text
    database: Text
    host: Out[Text]
    port: Out[PortText]
    variables: dict[Variable, Text]
    """What the bootstrap reads beside the address and the passwords."""
    storage_gib: Positive
    """What the instance grows to by itself."""
    scratch_gib: Positive
    jobs: Positive
    deadline_seconds: Positive
    policy: Policy
    checks: Text | None = None
    """Queries that answer true on a good copy: name=query, one a line."""


class Toolbox(ChartValues):
    """Clients of the stores, for operators."""

    redis_image: Out[ImageReference]
    postgres_image: Out[ImageReference] | None = None
    secret_environment: SecretEnvironment
    policy: Policy
