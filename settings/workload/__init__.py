"""The workload: a product described by one validated YAML file."""

from pydantic import Field

from settings.base import Settings
from settings.types import Email, Name, VariableName
from settings.workload.data import Backups, CacheNeeds, DatabaseNeeds, Migration
from settings.workload.delivery import IngressNeeds
from settings.workload.observation import Alert, Dashboard, Objective
from settings.workload.secrets import Secret
from settings.workload.service import Service


class Contacts(Settings):
    """Where a person turns; carried into alert annotations."""

    email: Email | None = None
    chat: str | None = None
    issues: str | None = None


class Workload(Settings):
    """A product: its services and everything they need from the platform."""

    name: Name
    description: str = Field(min_length=1)
    contacts: Contacts = Contacts()
    services: dict[Name, Service] = Field(min_length=1)
    ingress: IngressNeeds = IngressNeeds()
    secrets: dict[VariableName, Secret] = {}
    database: DatabaseNeeds | None = None
    cache: CacheNeeds | None = None
    migration: Migration | None = None
    backups: Backups = Backups()
    alerts: tuple[Alert, ...] = ()
    dashboards: tuple[Dashboard, ...] = ()
    objectives: tuple[Objective, ...] = ()
