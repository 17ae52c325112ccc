"""Which values the cluster reads from Secrets Manager, and how it composes those that services consume.

No value passes through here: an ExternalSecret names its sources, and External Secrets fills in the templates inside
the cluster (https://external-secrets.io/latest/guides/templating/).
"""

from dataclasses import dataclass

from pulumi import Input

from components.application.pooler import pooler_address, pooler_of, pooler_secret
from components.application.wiring import RemoteSecret, Values, Wiring, joined
from settings import PlatformSettings
from settings.workload.secrets import ProvidedSecret, SecretOutput, WiredSecret
from settings.workload.service import WiredOutput

# RDS refuses plain connections (rds.force_ssl), so `require` never falls back. `verify-full` would need Amazon's CA
# bundle in every product image.
_SSL_MODE = "require"
# What RocketMQ calls the two halves of a credential.
_EVENT_BUS_PARTS: dict[SecretOutput, str] = {
    "event_bus.access_key": "username",
    "event_bus.secret_key": "password",
}


@dataclass(frozen=True)
class _Credential:
    """A JSON document of a user name and a password, under the names that its templates use."""

    prefix: str
    remote: Input[str]

    @property
    def sources(self) -> dict[str, Values]:
        return {f"{self.prefix}_{part}": {"key": self.remote, "property": part} for part in ("username", "password")}


def environment_secret_name(settings: PlatformSettings) -> str:
    """The Secret whose keys become environment variables (OB-61)."""
    return f"{settings.workload.name}-secrets"


def file_secret_name(settings: PlatformSettings) -> str:
    """The Secret whose keys are mounted as files."""
    return f"{settings.workload.name}-files"


def database_secret_name(settings: PlatformSettings) -> str:
    """The Secret with libpq's own variables, for the platform's Jobs."""
    return f"{settings.workload.name}-database"


def available(settings: PlatformSettings, wiring: Wiring, name: str) -> bool:
    """Whether a declared secret has a value; a provided one may go without, when it is not required.

    So may the credential of an event bus that runs elsewhere: the platform does not know it.
    """
    secret = settings.workload.secrets[name]
    if isinstance(secret, WiredSecret) and secret.output in _EVENT_BUS_PARTS:
        return wiring.event_bus_user is not None
    return not (isinstance(secret, ProvidedSecret) and not secret.required and name not in wiring.secrets)


def environment_keys(settings: PlatformSettings, wiring: Wiring) -> list[str]:
    """The secrets that any service or the migration reads as an environment variable."""
    names = {name for service in settings.workload.services.values() for name in service.pod_secrets}
    names |= {name for job in settings.workload.jobs.values() for name in job.secrets}
    if settings.workload.migration is not None:
        names |= set(settings.workload.migration.secrets)
    return sorted(name for name in names if available(settings, wiring, name))


def file_keys(settings: PlatformSettings, wiring: Wiring) -> list[str]:
    """The secrets that any service reads as a file."""
    names = {
        file.secret
        for service in settings.workload.services.values()
        for file in service.files.values()
        if file.secret is not None
    }
    return sorted(name for name in names if available(settings, wiring, name))


def external_secrets(settings: PlatformSettings, wiring: Wiring) -> list[Values]:
    """Every ExternalSecret of the product's namespace."""
    wanted = {
        environment_secret_name(settings): environment_keys(settings, wiring),
        file_secret_name(settings): file_keys(settings, wiring),
    }
    secrets = [_external_secret(settings, wiring, name, keys) for name, keys in wanted.items() if keys]
    if settings.workload.database is not None:
        role = _database_role(wiring)
        data = {"PGUSER": "{{ .database_username }}", "PGPASSWORD": "{{ .database_password }}"}
        secrets.append({"name": database_secret_name(settings), "sources": role.sources, "data": data})
    if pooler_of(settings) is not None:
        secrets.append(pooler_secret(settings, _database_role(wiring).sources))
    return secrets


def bootstrap_secret(wiring: Wiring) -> Values:
    """The administrator's and the role's credentials, under the names that the bootstrap script reads."""
    if wiring.master_secret is None:
        raise ValueError("a database needs the ARN of its master secret")
    sources = _Credential("master", wiring.master_secret).sources | _database_role(wiring).sources
    data = {
        "PGUSER": "{{ .master_username }}",
        "PGPASSWORD": "{{ .master_password }}",
        "APP_ROLE": "{{ .database_username }}",
        "APP_PASSWORD": "{{ .database_password }}",
    }
    return {"sources": sources, "data": data}


def _external_secret(settings: PlatformSettings, wiring: Wiring, name: str, keys: list[str]) -> Values:
    sources: dict[str, Values] = {}
    data: dict[str, Input[str]] = {}
    for key in keys:
        secret = settings.workload.secrets[key]
        if isinstance(secret, WiredSecret):
            of_the_bus = secret.output in _EVENT_BUS_PARTS
            composed = _event_bus(wiring, secret.output) if of_the_bus else _composed(settings, wiring, secret.output)
            credential, template = composed
            sources |= credential.sources
            data[key] = template
        else:
            sources[key] = _source(wiring.secrets[key])
            data[key] = f"{{{{ .{key} }}}}"
    return {"name": name, "sources": sources, "data": data}


def _source(remote: RemoteSecret) -> Values:
    source: Values = {"key": remote.remote_name}
    return source if remote.property is None else {**source, "property": remote.property}


def _composed(settings: PlatformSettings, wiring: Wiring, output: SecretOutput) -> tuple[_Credential, Input[str]]:
    """The credential that a wired secret reads and the template that makes the value of it."""
    if output in {"cache.url", "cache.password"}:
        credential = _cache_user(wiring)
        if output == "cache.password":
            return credential, "{{ .cache_password }}"
        return credential, _address("rediss", "cache", wiring, "cache.host", "cache.port")
    if output in {"timeseries.url", "timeseries.reader_url", "timeseries.password"}:
        return _timeseries(wiring, output)
    credential = _database_role(wiring)
    if output == "database.password":
        return credential, "{{ .database_password }}"
    if output == "database.pooled_url":
        address = joined(_user("postgres", "database"), pooler_address(settings))
        return credential, joined(address, "/", wiring.outputs["database.name"], "?sslmode=", _SSL_MODE)
    host: WiredOutput = "database.reader_host" if output == "database.reader_url" else "database.host"
    address = _address("postgres", "database", wiring, host, "database.port")
    return credential, joined(address, "/", wiring.outputs["database.name"], "?sslmode=", _SSL_MODE)


def _event_bus(wiring: Wiring, output: SecretOutput) -> tuple[_Credential, Input[str]]:
    if wiring.event_bus_user is None:
        raise ValueError("a secret needs the event bus' user, and this platform has none")
    credential = _Credential("event_bus", wiring.event_bus_user.remote_name)
    return credential, f"{{{{ .event_bus_{_EVENT_BUS_PARTS[output]} }}}}"


def _timeseries(wiring: Wiring, output: SecretOutput) -> tuple[_Credential, Input[str]]:
    """The same three values as the database's, of the time-series database."""
    if wiring.timeseries_role is None:
        raise ValueError("a secret needs the time-series database's role, and this platform has none")
    credential = _Credential("timeseries", wiring.timeseries_role.remote_name)
    if output == "timeseries.password":
        return credential, "{{ .timeseries_password }}"
    host: WiredOutput = "timeseries.reader_host" if output == "timeseries.reader_url" else "timeseries.host"
    address = _address("postgres", "timeseries", wiring, host, "timeseries.port")
    return credential, joined(address, "/", wiring.outputs["timeseries.name"], "?sslmode=", _SSL_MODE)


def _address(scheme: str, credential: str, wiring: Wiring, host: WiredOutput, port: WiredOutput) -> Input[str]:
    return joined(_user(scheme, credential), wiring.outputs[host], ":", wiring.outputs[port])


def _user(scheme: str, credential: str) -> str:
    return f"{scheme}://{{{{ .{credential}_username }}}}:{{{{ .{credential}_password | urlquery }}}}@"


def _database_role(wiring: Wiring) -> _Credential:
    if wiring.database_role is None:
        raise ValueError("a secret or Job needs the database's role, and this platform has none")
    return _Credential("database", wiring.database_role.remote_name)


def _cache_user(wiring: Wiring) -> _Credential:
    if wiring.cache_user is None:
        raise ValueError("a secret needs the cache's user, and this platform has none")
    return _Credential("cache", wiring.cache_user.remote_name)
