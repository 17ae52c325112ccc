"""What RDS for PostgreSQL takes as storage, checked before anything is registered.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html (gp3, io2) and
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html (the maximum).
"""

from collections.abc import Iterator

from settings.problems import Problem
from settings.stack import DatabaseSettings

_STRIPED_GIB = 400
"""From here on gp3 is striped over four volumes: a baseline of 12,000 IOPS, and more can be bought."""
_GP3_IOPS = (12_000, 64_000)
_IO2_LEAST_GIB = 100
_IO2_IOPS_PER_GIB = 1_000
_AUTOSCALING_PERCENT = 110


def storage_problems(settings: DatabaseSettings) -> list[Problem]:
    """List what AWS would refuse in the sizes and I/O figures, with the key in the stack file and a way out."""
    return [*_iops(settings), *_maximum(settings)]


def _iops(settings: DatabaseSettings) -> Iterator[Problem]:
    size, iops = settings.storage_gib, settings.iops
    if settings.storage_type == "io2":
        if size < _IO2_LEAST_GIB:
            yield Problem(
                "database.storage_gib", size, f"{_IO2_LEAST_GIB} GiB or more with io2", "enlarge it or use gp3"
            )
        if iops is None:
            yield Problem("database.iops", None, "1000 to 256000 with io2", "state the operations a second you need")
        elif iops > size * _IO2_IOPS_PER_GIB:
            allowed = f"at most {size * _IO2_IOPS_PER_GIB}, 1,000 for each GiB"
            yield Problem("database.iops", iops, allowed, "lower it or enlarge database.storage_gib")
    elif iops is not None and size < _STRIPED_GIB:
        allowed = f"none below {_STRIPED_GIB} GiB with gp3, which has 3,000"
        yield Problem("database.iops", iops, allowed, "leave it out or enlarge database.storage_gib")
    elif iops is not None and not _GP3_IOPS[0] <= iops <= _GP3_IOPS[1]:
        allowed = f"{_GP3_IOPS[0]} to {_GP3_IOPS[1]} with gp3 from {_STRIPED_GIB} GiB"
        yield Problem("database.iops", iops, allowed, "leave it out for the baseline of 12,000")


def _maximum(settings: DatabaseSettings) -> Iterator[Problem]:
    size, maximum = settings.storage_gib, settings.maximum_storage_gib
    least = -(-size * _AUTOSCALING_PERCENT // 100)
    if maximum != size and maximum < least:
        allowed = f"{size}, which switches growth off, or {least} and more"
        yield Problem("database.maximum_storage_gib", maximum, allowed, "RDS grows storage by at least a tenth")
