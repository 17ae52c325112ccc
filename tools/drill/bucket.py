"""A bucket of a stack's dumps: S3 served on this machine by moto, and the AWS client of the dump's container."""

import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, cast

import botocore.session

from tools.drill.product import DrillError
from tools.stack import ROOT

FILES: Final = ROOT / "charts" / "workload" / "files"
BUCKET: Final = "backups"
_REGION: Final = "eu-central-1"
_MADE_UP: Final = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
_PATIENCE_SECONDS: Final = 3600


class ToolMissingError(DrillError):
    """Something that `make setup-test` installs is not there."""


@dataclass(frozen=True)
class Bucket:
    """A bucket for the dumps of one database, with the variables that the scripts read."""

    endpoint: str
    path: str
    client: Any
    database: str
    name: str = BUCKET

    @property
    def variables(self) -> dict[str, str]:
        """The environment of the AWS client's container."""
        credentials = {key.upper(): value for key, value in _MADE_UP.items()}
        regions = {"AWS_REGION": _REGION, "AWS_DEFAULT_REGION": _REGION, "AWS_ENDPOINT_URL": self.endpoint}
        return {**credentials, **regions, "AWS_PAGER": "", "BUCKET": self.name, "PATH": self.path}

    def run(self, script: str, folder: Path, **stated: str) -> subprocess.CompletedProcess[str]:
        """Run a script of the chart in the place of the AWS client's container."""
        environment = {**self.variables, "FOLDER": str(folder), "PGDATABASE": self.database, **stated}
        command = ["sh", str(FILES / script)]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=_PATIENCE_SECONDS
        )

    def listed(self, prefix: str = "") -> list[str]:
        """Return the keys that begin so."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def read(self, key: str) -> bytes:
        """Return what an object holds."""
        return cast("bytes", self.client.get_object(Bucket=self.name, Key=key)["Body"].read())

    def write(self, key: str, content: bytes) -> None:
        """Store an object."""
        self.client.put_object(Bucket=self.name, Key=key, Body=content)

    def empty(self) -> None:
        """Delete every object."""
        for key in self.listed():
            self.client.delete_object(Bucket=self.name, Key=key)

    def copy_to(self, other: "Bucket", *, under_way: int = 0) -> None:
        """Copy what is new, as S3 does into another region: in any order, so that a manifest may come before its parts.

        Moto takes a replication's rules and copies nothing. Of the parts so many are still under way.
        """
        new = sorted(set(self.listed()) - set(other.listed()), key=lambda key: not key.endswith(".manifest"))
        for key in new[: len(new) - under_way]:
            other.write(key, self.read(key))


@contextmanager
def aws() -> Generator[str]:
    """Serve AWS on this machine by moto, and yield the endpoint. Raises ToolMissingError without its server."""
    for missing in _missing():
        raise ToolMissingError(missing)
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def client_of(endpoint: str, service: str) -> Any:
    """Return botocore's client of a service at an endpoint."""
    session = cast("Any", botocore.session.Session())
    return session.create_client(service, region_name=_REGION, endpoint_url=endpoint, **_MADE_UP)


@contextmanager
def bucket(database: str, name: str = BUCKET) -> Generator[Bucket]:
    """Serve S3 on this machine, with a bucket in it. Raises ToolMissingError without moto's server or the client."""
    with aws() as endpoint:
        client = client_of(endpoint, "s3")
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": _REGION})
        place = Bucket(endpoint, _path(), client, database, name)
        yield place
        # Moto keeps its buckets for the whole process, over the next server of its too.
        place.empty()
        client.delete_bucket(Bucket=name)


def _path() -> str:
    return f"{Path(sys.executable).parent}:{os.environ['PATH']}"


def _missing() -> Iterator[str]:
    if shutil.which("aws", path=_path()) is None:
        yield "the AWS client is not installed; `make setup-test` installs it"
    if find_spec("flask_cors") is None:
        yield "moto's server is not installed; `make setup-test` installs it"
