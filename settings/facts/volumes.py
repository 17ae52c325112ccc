"""What EBS and RDS give a volume: I/O operations a second, MiB a second, and sizes. A pair is the least and the most.

EBS: https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html and provisioned-iops.html. RDS:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html.
"""

from typing import Final

GP3_IOPS: Final = (3_000, 80_000)
GP3_IOPS_PER_GIB: Final = 500
GP3_MIB: Final = (125, 2_000)
"""Throughput of a gp3 volume, in MiB a second."""
GP3_MIB_PER_IOPS: Final = 0.25

IO2_IOPS: Final = (100, 256_000)
IO2_IOPS_PER_GIB: Final = 1_000
IO2_BYTES_PER_IO: Final = 256 * 1024

RDS_GIB: Final = (20, 65_536)
RDS_IOPS: Final = (1_000, 256_000)
RDS_GP3_STRIPED_GIB: Final = 400
"""From here RDS stripes PostgreSQL's gp3 volumes and takes provisioned I/O operations."""
RDS_GP3_IOPS: Final = (12_000, 64_000)
"""What a striped gp3 volume takes."""
RDS_IO2_GIB: Final = 100
"""The least that RDS makes an io2 volume of."""
