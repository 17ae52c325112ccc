"""Jobs that prove the product in production: smoke, load, the way to the database, and a restored dump."""

from typing import Annotated, Literal

from pydantic import Field

from components.chart_values.base import ChartValues, ConditionalValues, Out
from components.chart_values.conditions import Needs
from components.chart_values.types import ImageReference, Name, PortText, Positive, Text
from components.chart_values.verify import Proofs
from components.chart_values.workload.containers import SecretEnvironment, Variables, Words
from components.chart_values.workload.policies import Policy


class Smoke(ChartValues):
    """Proofs over the product's public name."""

    image: Out[ImageReference]
    document: Proofs
    deadline_seconds: Positive
    after_rollout: bool
    """Run after every rollout, too, which fails with it."""
    policy: Policy


class Stage(ChartValues):
    """A stretch of time at whose end there are so many virtual users."""

    duration: Annotated[str, Field(pattern="^[0-9]+s$")]
    target: Positive


class Scenario(ChartValues):
    """A number of virtual users that rises and then stays."""

    executor: Literal["ramping-vus"]
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    graceful_ramp_down: Annotated[str, Field(pattern="^[0-9]+s$")]


class LoadOptions(ChartValues):
    """Options of k6."""

    scenarios: Annotated[dict[Name, Scenario], Field(min_length=1)]
    thresholds: Annotated[dict[Text, tuple[Text, ...]], Field(min_length=1)]
    summary_trend_stats: tuple[Text, ...]
    discard_response_bodies: bool


class LoadTest(ConditionalValues):
    """Requests of many virtual users, and whether the autoscaler answers them."""

    conditions = (Needs({"document": "verifyImage"}),)

    image: Out[ImageReference]
    target: Annotated[str, Field(pattern="^http://")]
    options: LoadOptions
    deadline_seconds: Positive
    policy: Policy
    verify_image: Out[ImageReference] | None = None
    document: Proofs | None = None


class RoundTrip(ChartValues):
    """What measures the way to the database."""

    image: Out[ImageReference]
    web_image: Out[ImageReference]
    host: Out[Text]
    port: Out[PortText]
    database: Text
    secret: Name
    policy: Policy


class RestoredMigration(ChartValues):
    """Brings the restored database to the release's schema."""

    image: Out[ImageReference]
    command: Annotated[Words, Field(min_length=1)]
    user: Positive
    environment: Variables
    secret_environment: SecretEnvironment | None = None


class RestoredApplication(ChartValues):
    """The service that must become ready on the restored database."""

    service: Name
    verify_image: Out[ImageReference]
    document: Proofs
    environment: Variables
    secret_environment: SecretEnvironment | None = None


class RestoreTest(ChartValues):
    """Restores the newest dump into a database made for it."""

    schedule: Text
    service_account: Name
    fetch_image: Out[ImageReference]
    postgres_image: Out[ImageReference]
    bucket: Out[Text]
    region: Text
    oldest_hours: Positive
    database: Text
    owner: Text
    jobs: Positive
    scratch_gib: Positive
    deadline_seconds: Positive
    policy: Policy
    migration: RestoredMigration | None = None
    application: RestoredApplication | None = None
    others: Text | None = None
    """Roles that may use what the owner has, with blanks between them."""
    further: Text | None = None
    """Databases whose dumps are restored after the first's, with blanks between them."""
    checks: Text | None = None
    """Queries that answer true on a good copy: name=query, one a line."""
