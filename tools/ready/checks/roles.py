"""The service-linked roles that the stack needs in its account."""

from collections.abc import Iterator

from settings.service_roles import service_roles
from tools.ready.account import AbsentError, NotAskedError
from tools.ready.case import Case
from tools.ready.line import Line, missing, not_asked, ok, to_do


def check(case: Case) -> Iterator[Line]:
    roles = service_roles(case.settings)
    there: list[str] = []
    for role in roles:
        subject = f"role {role.role}"
        create = f"aws iam create-service-linked-role --aws-service-name {role.service}"
        try:
            case.account.ask("iam", "get_role", RoleName=role.role)
        except AbsentError:
            if role.beforehand:
                yield missing(subject, role.why, create)
            else:
                yield to_do(subject, "made at its first use, with iam:CreateServiceLinkedRole", create)
        except NotAskedError as why:
            if role.beforehand:
                yield not_asked(subject, f"{why}; {role.why}", f"make -s service-roles STACK={case.stack} | sh")
        else:
            there.append(role.role)
    if there:
        yield ok("service-linked roles", f"{len(there)} of {len(roles)} are there")
