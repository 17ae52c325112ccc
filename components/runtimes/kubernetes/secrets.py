"""Which values the cluster reads from Secrets Manager, and how it composes those that services consume.

No value passes through here: an ExternalSecret names its sources, and External Secrets fills in the templates inside
the cluster (https://external-secrets.io/latest/guides/templating/).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import Input

from components.chart_values.foundation import ExternalSecret, Secret, Source
from components.invariants import InvariantError, certain
from components.product.credentials import (
    FromCredential,
    FromOutput,
    FromSecret,
    Part,
    Text,
    credentials_in,
    secrets_in,
    text_of,
)
from components.product.database import Bootstrap, owner_credential
from components.product.files import product_files
from components.product.secrets import NOBODY, environment_keys, other_credentials
from components.product.store_exporters import CACHE_PASSWORD, CACHE_USER, DATABASE_PASSWORD, DATABASE_USER
from components.product.wiring import Wiring, joined
from components.runtimes.kubernetes.exporters import exporter_secret_name
from components.runtimes.kubernetes.pooler import pooler_secret
from settings import PlatformSettings
from settings.arithmetic.exporters import (
    CACHE_METRICS,
    DATABASE_METRICS,
    METRICS_CREDENTIALS,
    Measured,
    is_measured,
)
from settings.arithmetic.pooler import pooler_of
from settings.workload.secrets import TextSecret, WiredSecret

_DATABASE = "database"
"""The credential of the platform's own Jobs; what makes or reads all of it has the owner's."""
_LIBPQ = {"PGUSER": "username", "PGPASSWORD": "password"}


@dataclass(frozen=True)
class _Credential:
    """A JSON document of a user name and a password, under the names that its templates use."""

    prefix: str
    remote: Input[str]

    @property
    def sources(self) -> dict[str, Source]:
        return {f"{self.prefix}_{part}": Source(key=self.remote, property=part) for part in ("username", "password")}

    def template(self, half: str) -> str:
        return f"{{{{ .{self.prefix}_{half} }}}}"


def environment_secret_name(settings: PlatformSettings, acting: Mapping[str, str] = NOBODY) -> str:
    """The Secret whose keys become environment variables (OB-61); one of its own for each set of credentials."""
    return "-".join((settings.workload.name, "secrets", *(key.replace("_", "-") for key in acting.values())))


def file_secret_name(settings: PlatformSettings) -> str:
    """The Secret whose keys are mounted as files."""
    return f"{settings.workload.name}-files"


def database_secret_name(settings: PlatformSettings, credential: str = _DATABASE) -> str:
    """The Secret with libpq's own variables, for the platform's Jobs."""
    return f"{settings.workload.name}-{credential.replace('_', '-')}"


def file_keys(settings: PlatformSettings, wiring: Wiring) -> tuple[str, ...]:
    """The secrets that any service reads as a file."""
    services = settings.workload.services.values()
    names = {name for service in services for name in product_files(settings, wiring, service).secrets.values()}
    return tuple(sorted(names))


def external_secrets(settings: PlatformSettings, wiring: Wiring) -> tuple[ExternalSecret, ...]:
    """Every ExternalSecret of the product's namespace."""
    workload = settings.workload
    wanted = {
        environment_secret_name(settings): (environment_keys(settings, wiring), NOBODY),
        file_secret_name(settings): (file_keys(settings, wiring), NOBODY),
    }
    for acting in other_credentials(workload):
        wanted[environment_secret_name(settings, acting)] = (environment_keys(settings, wiring, acting), acting)
    secrets = [
        _external_secret(settings, wiring.acting(acting), name, keys) for name, (keys, acting) in wanted.items() if keys
    ]
    for credential in dict.fromkeys((_DATABASE, owner_credential(settings))) if workload.database is not None else ():
        role = _credential(wiring, credential)
        data: dict[str, Input[str]] = {variable: role.template(half) for variable, half in _LIBPQ.items()}
        secrets.append(ExternalSecret(name=database_secret_name(settings, credential), sources=role.sources, data=data))
    if pooler_of(settings) is not None:
        secrets.append(pooler_secret(settings, _credential(wiring, _DATABASE).sources))
    return (*secrets, *_exporter_secrets(settings, wiring))


def _exporter_secrets(settings: PlatformSettings, wiring: Wiring) -> list[ExternalSecret]:
    """The log-in of each exporter of a store, as its own user, under the names that the exporter reads."""
    variables: dict[Measured, tuple[str, str, str]] = {
        "database": (DATABASE_METRICS, DATABASE_USER, DATABASE_PASSWORD),
        "cache": (CACHE_METRICS, CACHE_USER, CACHE_PASSWORD),
    }
    found: list[ExternalSecret] = []
    for store, (exporter, user, password) in variables.items():
        if is_measured(settings, store):
            who = _credential(wiring, METRICS_CREDENTIALS[store])
            data: dict[str, Input[str]] = {user: who.template("username"), password: who.template("password")}
            found.append(ExternalSecret(name=exporter_secret_name(settings, exporter), sources=who.sources, data=data))
    return found


def bootstrap_secret(wiring: Wiring, bootstrap: Bootstrap) -> Secret:
    """The administrator's credential and the roles' log-ins, under the names that the bootstrap script reads."""
    passwords = bootstrap.passwords
    remote = certain(wiring.master_secret, "a database that is set up has an administrator")
    master, roles = _Credential("master", remote), {key: _credential(wiring, key) for key in passwords.values()}
    sources = {key: source for each in (master, *roles.values()) for key, source in each.sources.items()}
    data: dict[str, Input[str]] = {variable: master.template(half) for variable, half in _LIBPQ.items()}
    data |= {variable: roles[key].template("password") for variable, key in passwords.items()}
    data |= {variable: roles[key].template("username") for variable, key in bootstrap.logins.items()}
    return Secret(sources=sources, data=data)


def _external_secret(settings: PlatformSettings, wiring: Wiring, name: str, keys: Sequence[str]) -> ExternalSecret:
    sources: dict[str, Source] = {}
    data: dict[str, Input[str]] = {}
    for key in keys:
        secret = settings.workload.secrets[key]
        composed = isinstance(secret, WiredSecret | TextSecret)
        known = text_of(secret, wiring.secret_texts) if composed else (FromSecret(key),)
        text = certain(known, f"{key} is among the secrets that have a value")
        sources |= _sources(wiring, text)
        data[key] = _template(wiring, text)
    return ExternalSecret(name=name, sources=sources, data=data)


def _sources(wiring: Wiring, text: Text) -> dict[str, Source]:
    """What a text is made from: both halves of every credential, and other secrets, as its template calls them."""
    found: dict[str, Source] = {}
    for name in credentials_in(text):
        found |= _credential(wiring, name).sources
    for name in secrets_in(text):
        found[name] = Source(key=wiring.secrets[name].remote_name, property=wiring.secrets[name].property)
    return found


def _template(wiring: Wiring, text: Text) -> Input[str]:
    return joined(*(_part(wiring, part) for part in text))


def _part(wiring: Wiring, part: Part) -> Input[str]:
    if isinstance(part, FromOutput):
        return wiring.outputs[part.name]
    if isinstance(part, FromCredential):
        return f"{{{{ .{part.credential}_{part.half}{' | urlquery' if part.in_url else ''} }}}}"
    if isinstance(part, FromSecret):
        # A name with a dot or a hyphen is no field of Go's templates.
        return f"{{{{ .{part.name} }}}}" if part.name.isidentifier() else f'{{{{ index . "{part.name}" }}}}'
    # Two braces would begin a template.
    return part.replace("{", '{{ "{" }}')


def _credential(wiring: Wiring, key: str) -> _Credential:
    if key not in wiring.credentials:
        raise InvariantError(f"a secret or Job needs the credential {key}, and this platform has none")
    return _Credential(key, wiring.credentials[key].entry.remote_name)
