"""Mistakes in folders that several services share."""

from settings.raw import Raw
from tests.settings.bad_input.case import workload

_FOLDER: dict[str, Raw] = {"kind": "shared", "folder": "uploads", "size": "5Gi"}
_ALSO: dict[str, Raw] = {"services.api.volumes": {"/in": _FOLDER}, "services.worker.volumes": {"/out": _FOLDER}}

CASES = (
    workload(
        "services.api.volumes",
        {"/in": {"kind": "disk", "folder": "uploads"}},
        "none for a volume that no other service sees",
        "write `kind: shared`",
        at='services.api.volumes["/in"].folder',
        given="uploads",
    ),
    workload(
        "services.worker.security",
        {"user": 20002},
        "10001, as for api: the files of folder uploads belong to one user",
        "write 10001",
        at='services.worker.volumes["/out"].folder',
        given="user 20002",
        also=_ALSO,
    ),
    workload(
        "services.worker.volumes",
        {"/out": {**_FOLDER, "size": "6Gi"}},
        "5Gi, as for api: folder uploads has one size",
        "write 5Gi",
        at='services.worker.volumes["/out"].size',
        given="6Gi",
        also=_ALSO,
    ),
    workload(
        "services.api.volumes",
        {"/in": _FOLDER, "/again": _FOLDER},
        "not supported: one folder at two places of api",
        "mount it once",
        at='services.api.volumes["/again"].folder',
        given="uploads",
    ),
)
