"""Secrets that somebody keeps in Secrets Manager, which must be there before the first `up`."""

from collections.abc import Iterator

from components.naming import secret_path
from settings.workload.secrets import ExternalSecret
from tools.ready.account import AbsentError, NotAskedError
from tools.ready.case import Case
from tools.ready.line import Line, missing, not_asked, ok


def check(case: Case) -> Iterator[Line]:
    for name, secret in case.settings.workload.secrets.items():
        if not isinstance(secret, ExternalSecret):
            continue
        subject = f"external secret {name}"
        path = secret.name or f"{secret_path(case.settings)}/{name}"
        create = f"aws secretsmanager create-secret --region {case.account.region} --name {path} --secret-string file://<file>"
        try:
            answer = case.account.ask("secretsmanager", "describe_secret", SecretId=path)
        except AbsentError:
            yield missing(subject, f"{path} is not there", create)
        except NotAskedError as why:
            yield not_asked(subject, f"whether {path} is there: {why}", create)
        else:
            if answer.get("DeletedDate"):
                remedy = f"aws secretsmanager restore-secret --secret-id {path}"
                yield missing(subject, f"{path} is about to be deleted", remedy)
            else:
                yield ok(subject, f"{path} is there")
