"""Object storage in place of MinIO and its like: the product's buckets, and what variables say of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from settings.raw import Raw
from tools.importing.addresses import NAMES_A_HOST, Address, address_in, mentioned
from tools.importing.document import Draft
from tools.importing.found import Part, Variable
from tools.importing.names import distinct

STORES: Final = ("minio", "rustfs", "cloudserver", "garage")
"""Images that answer S3's API and do nothing else."""
MAKERS: Final = ("mc", "minio-client")
"""Images whose containers make buckets and end."""

_HOST: Final = "s3.{region}.amazonaws.com"
_MADE = re.compile(r"\bmb\b(?:\s+-{1,2}[\w-]+)*\s+[\w-]+/([a-z0-9][a-z0-9.-]+)")
_BUCKET = re.compile(r"(^|_)BUCKET(_?NAME)?$", re.IGNORECASE)
_KEY = re.compile(
    r"(^|_)(S3|MINIO|AWS|STORAGE)\w*_(ACCESS_?KEY(_ID)?|SECRET_?(ACCESS_?)?KEY|(ROOT_)?(USER|PASSWORD))$", re.IGNORECASE
)
_ABOUT = re.compile(r"(^|_)(S3|MINIO|AWS)(_|$)", re.IGNORECASE)
_ROLE = "the service signs its requests with a role of its own"
_DEFAULTS = "let the client take its credentials from the AWS SDK's defaults"


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What becomes of a variable: its value here, or why it is left out. `bucket` is the one that it speaks of."""

    value: Raw = None
    why: str = ""
    do: str = ""
    bucket: str | None = None


@dataclass(kw_only=True)
class Objects:
    """The source's object stores and its buckets: the name here by the name there."""

    parts: list[Part] = field(default_factory=list[Part])
    makers: list[Part] = field(default_factory=list[Part])
    buckets: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def hosts(self) -> dict[str, str]:
        return {name: name for part in self.parts for name in part.names}

    def learn(self, parts: Iterable[Part]) -> None:
        """Name the buckets: those that are made, those by default, and those that a user's variables name."""
        said = [text for maker in self.makers for text in _MADE.findall(" ".join((*maker.command, *maker.arguments)))]
        for part in self.parts:
            stated = part.variables.get("MINIO_DEFAULT_BUCKETS")
            said += [each.strip().partition(":")[0] for each in (stated.text or "" if stated else "").split(",")]
        for part in parts:
            if self.used_by(part):
                said += [each.text or "" for each in part.variables.values() if _BUCKET.search(each.name)]
        known = [each for each in dict.fromkeys(said) if re.fullmatch(r"[a-z0-9][a-z0-9.-]+", each)]
        self.buckets = dict(zip(known, distinct(known), strict=True)) or ({"files": "files"} if self.parts else {})

    def used_by(self, part: Part) -> bool:
        """Whether a part speaks to one of the stores: a variable names its host, or it waits for it."""
        return not self.hosts.keys().isdisjoint(part.needs) or any(
            self._names_host(variable) for variable in part.variables.values()
        )

    def _names_host(self, variable: Variable) -> bool:
        return bool(mentioned(variable.text or "", self.hosts, bare=bool(NAMES_A_HOST.search(variable.name))))

    def place(self, variable: Variable) -> Placed | None:
        """Say what becomes of a user's variable; None where it is about something else."""
        name, text = variable.name, variable.text or ""
        keys = {
            each.text
            for part in self.parts
            for each in part.variables.values()
            if each.name.endswith(("_USER", "_PASSWORD", "_KEY")) and each.text
        }
        if _KEY.search(name) or text in keys:
            return Placed(why=_ROLE, do=_DEFAULTS)
        if _BUCKET.search(name) and text in self.buckets:
            bucket = self.buckets[text]
            return Placed(value={"output": f"buckets.{bucket}.name"}, bucket=bucket)
        address = address_in(text)
        if address is not None and address.host in self.hosts:
            return self._address(address)
        if self._names_host(variable):
            return Placed(value={"text": _HOST})
        return self._option(name, text)

    def _address(self, address: Address) -> Placed:
        first, _, rest = address.path.strip("/").partition("/")
        if address.has_password:
            return Placed(why=_ROLE, do=f"{_DEFAULTS}, and write https://{_HOST} for the address")
        if first in self.buckets:
            bucket = self.buckets[first]
            return Placed(value={"text": f"{{buckets.{bucket}.url}}{f'/{rest}' if rest else ''}"}, bucket=bucket)
        return Placed(value={"text": f"https://{_HOST}"})

    def _option(self, name: str, text: str) -> Placed | None:
        """Turn a region, a port and a switch of TLS into S3's."""
        if not _ABOUT.search(name):
            return None
        last = name.rpartition("_")[2].upper()
        if last == "REGION":
            return Placed(value={"output": "region"})
        if last == "PORT":
            return Placed(value="443")
        return Placed(value="true") if last in {"SSL", "SECURE", "TLS"} and text.lower() == "false" else None

    def add(self, draft: Draft) -> None:
        """Add the product's buckets, with what is left to do."""
        if not self.parts:
            return
        origin = ", ".join(f"{part.origin} ({part.image})" for part in self.parts)
        draft.comment(
            ("buckets",), f"In place of {origin}. A bucket's own name begins with the product's and the stack's."
        )
        do = "copy it with `mc mirror` or `rclone` once the buckets are there"
        draft.comment(("buckets",), f"What is in the old buckets is not moved; {do}.")
        draft.data["buckets"] = {name: {} for name in self.buckets.values()}


def access(buckets: Iterable[str]) -> dict[str, Raw]:
    """Let a service read and write the buckets that it names."""
    return dict.fromkeys(sorted(buckets), "read-write")
