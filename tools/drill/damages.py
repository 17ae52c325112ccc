"""Every way to damage a stored dump that we know of, and the words by which the restore has to refuse it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final


@dataclass
class Stored:
    """What the bucket holds: a dump `name`, which is restored, a later one of the same database, and another's."""

    database: str
    other: str
    name: str
    later: str
    foreign: str
    objects: dict[str, bytes]

    def key(self, part: str, name: str = "") -> str:
        return f"dumps/{self.database}/{name or self.name}/{part}"

    @property
    def manifest(self) -> str:
        return f"dumps/{self.database}/{self.name}.manifest"

    @property
    def parts(self) -> list[str]:
        """The parts by size, the largest first."""
        prefix = self.key("")
        found = {key.removeprefix(prefix): len(text) for key, text in self.objects.items() if key.startswith(prefix)}
        return sorted(found, key=lambda part: (-found[part], part))

    @property
    def rows(self) -> str:
        """The part with the most rows."""
        return next(part for part in self.parts if part.endswith(".dat.gz"))

    def edit(self, pattern: str, replacement: str, *, sealed: bool = True) -> None:
        """Change the manifest, with its sum made anew or left. Raises ValueError where nothing would change."""
        text, _, end = self.objects[self.manifest].decode().rpartition("end\t")
        changed = re.sub(pattern, replacement, text, flags=re.MULTILINE)
        if changed == text:
            raise ValueError(f"{pattern} is not in the manifest")
        self.objects[self.manifest] = f"{changed}end\t{_sum(changed) if sealed else end}".encode()

    def lay(self, folder: Path) -> None:
        """Lay the dump where fetch.sh would have brought it."""
        prefix = f"dumps/{self.database}/"
        for key, content in self.objects.items():
            if key.startswith(f"{prefix}{self.name}"):
                file = folder / key.removeprefix(prefix)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
        (folder / f"{self.database}.fetched").write_text(f"{self.name}\n")

    def exchange(self, part: str, content: bytes) -> None:
        """Put another file in the place of a part, and state it in the manifest as if it had been dumped."""
        self.objects[self.key(part)] = content
        self.edit(rf"^part\t\w+\t\d+\t{part}$", f"part\t{sha256(content).hexdigest()}\t{len(content)}\t{part}")


def _sum(text: str) -> str:
    return f"{sha256(text.encode()).hexdigest()}\n"


Damage = Callable[[Stored], None]


def _cut(part: str | None, keep: Callable[[int], int]) -> Damage:
    def damage(stored: Stored) -> None:
        key = stored.manifest if part == "manifest" else stored.key(part or stored.rows)
        text = stored.objects[key]
        stored.objects[key] = text[: keep(len(text))]

    return damage


def _flip(part: str | None, place: Callable[[int], int]) -> Damage:
    def damage(stored: Stored) -> None:
        key = stored.manifest if part == "manifest" else stored.key(part or stored.rows)
        text = bytearray(stored.objects[key])
        text[place(len(text))] ^= 0x01
        stored.objects[key] = bytes(text)

    return damage


def _lose(part: str) -> Damage:
    def damage(stored: Stored) -> None:
        lost = {"manifest": stored.manifest, "rows": stored.key(stored.rows)}.get(part, stored.key(part))
        del stored.objects[lost]

    return damage


def _edit(pattern: str, replacement: str, *, sealed: bool = True) -> Damage:
    return lambda stored: stored.edit(pattern, replacement, sealed=sealed)


def _swap(stored: Stored) -> None:
    one, other = (stored.key(part) for part in [part for part in stored.parts if part.endswith(".dat.gz")][:2])
    stored.objects[one], stored.objects[other] = stored.objects[other], stored.objects[one]


def _anothers_manifest(stored: Stored) -> None:
    stored.objects[stored.manifest] = stored.objects[f"dumps/{stored.database}/{stored.later}.manifest"]


def _anothers_parts(stored: Stored) -> None:
    for part in stored.parts:
        stored.objects[stored.key(part)] = stored.objects[stored.key(part, stored.later)]


def _anothers_table(stored: Stored) -> None:
    stored.objects[stored.key(stored.rows)] = stored.objects[stored.key(stored.rows, stored.later)]


def _anothers_contents(stored: Stored) -> None:
    stored.objects[stored.key("toc.dat")] = stored.objects[stored.key("toc.dat", stored.later)]


def _another_databases(stored: Stored) -> None:
    """The whole dump of another database, manifest included, under the name."""
    for part in stored.parts:
        del stored.objects[stored.key(part)]
    prefix = f"dumps/{stored.other}/{stored.foreign}"
    for key, text in list(stored.objects.items()):
        if key.startswith(f"{prefix}/"):
            stored.objects[stored.key(key.removeprefix(f"{prefix}/"))] = text
    stored.objects[stored.manifest] = stored.objects[f"{prefix}.manifest"]
    stored.edit(stored.foreign, stored.name)


def _add(part: str, content: bytes) -> Damage:
    return lambda stored: stored.objects.update({stored.key(part): content})


def _grow(stored: Stored) -> None:
    stored.objects[stored.key(stored.rows)] += b"\0"


def _encrypted(stored: Stored) -> None:
    text = stored.objects[stored.key(stored.rows)]
    stored.objects[stored.key(stored.rows)] = bytes(each ^ 0xA5 for each in text)


def _renamed(stored: Stored) -> None:
    """The dump under a name of another time, as a copy by hand leaves it."""
    name = f"{stored.database}-20990101_000000-00000000"
    stored.objects = {key.replace(stored.name, name): text for key, text in stored.objects.items()}
    stored.name = name


def _unreadable(part: str, content: bytes) -> Damage:
    return lambda stored: stored.exchange(part, content)


def _windows(stored: Stored) -> None:
    stored.objects[stored.manifest] = stored.objects[stored.manifest].replace(b"\n", b"\r\n")


_CHANGED = "cut off or changed"
KINDS: Final[dict[str, tuple[Damage, str]]] = {
    "rows: nothing left": (_cut(None, lambda _: 0), "holds 0 bytes"),
    "rows: one byte left": (_cut(None, lambda _: 1), "holds 1 bytes"),
    "rows: the packing's head left": (_cut(None, lambda _: 10), "holds 10 bytes"),
    "rows: a tenth left": (_cut(None, lambda size: size // 10), "bytes, not"),
    "rows: half left": (_cut(None, lambda size: size // 2), "bytes, not"),
    "rows: 60 % left": (_cut(None, lambda size: size * 6 // 10), "bytes, not"),
    "rows: the last byte gone": (_cut(None, lambda size: size - 1), "bytes, not"),
    "rows: a byte too many": (_grow, "bytes, not"),
    "rows: the first byte flipped": (_flip(None, lambda _: 0), "SHA-256"),
    "rows: a byte in the middle flipped": (_flip(None, lambda size: size // 2), "SHA-256"),
    "rows: the last byte flipped": (_flip(None, lambda size: size - 1), "SHA-256"),
    "rows: encrypted by somebody": (_encrypted, "SHA-256"),
    "rows: gone": (_lose("rows"), "is missing"),
    "rows: those of a later dump": (_anothers_table, "its part"),
    "rows: two tables swapped": (_swap, "its part"),
    "contents: nothing left": (_cut("toc.dat", lambda _: 0), "toc.dat holds 0 bytes"),
    "contents: half left": (_cut("toc.dat", lambda size: size // 2), "toc.dat holds"),
    "contents: the last byte gone": (_cut("toc.dat", lambda size: size - 1), "toc.dat holds"),
    "contents: a byte flipped": (_flip("toc.dat", lambda size: size // 2), "part toc.dat is not what was dumped"),
    "contents: gone": (_lose("toc.dat"), "toc.dat is missing"),
    "contents: those of a later dump": (_anothers_contents, "its part toc.dat"),
    "contents: an error page, well summed": (_unreadable("toc.dat", b"<Error>AccessDenied</Error>"), "cannot read it"),
    "contents: nothing, well summed": (_unreadable("toc.dat", b""), "cannot read it"),
    "large objects: their list gone": (_lose("blobs.toc"), "blobs.toc is missing"),
    "a file too many": (_add("9999.dat.gz", b"rows"), "its manifest names"),
    "all files of a later dump": (_anothers_parts, "its part"),
    "another database's dump": (_another_databases, "of the database {other}, not of {database}"),
    "a copy under another name": (_renamed, "its manifest is that of {database}-2"),
    "manifest: gone": (_lose("manifest"), "has no manifest"),
    "manifest: empty": (_cut("manifest", lambda _: 0), "has no manifest"),
    "manifest: its first line left": (_cut("manifest", lambda _: 18), _CHANGED),
    "manifest: half left": (_cut("manifest", lambda size: size // 2), _CHANGED),
    "manifest: its last line gone": (_cut("manifest", lambda size: size - 69), _CHANGED),
    "manifest: its last letters gone": (_cut("manifest", lambda size: size - 9), _CHANGED),
    "manifest: a letter flipped": (_flip("manifest", lambda size: size // 2), _CHANGED),
    "manifest: that of a later dump": (_anothers_manifest, "its manifest is that of {database}-"),
    "manifest: lines end as on Windows": (_windows, "of no known form"),
    "manifest: a checksum changed": (_edit(r"^part\t\w{64}", f"part\t{'0' * 64}", sealed=False), _CHANGED),
    "manifest: a checksum changed, and sealed": (_edit(r"^part\t\w{64}", f"part\t{'0' * 64}"), "SHA-256"),
    "manifest: a size changed, and sealed": (_edit(r"^(part\t\w+)\t\d+", r"\1\t7"), "bytes, not 7"),
    "manifest: a count changed": (_edit(r"^rows\t\d+", "rows\t1999", sealed=False), _CHANGED),
    "manifest: a part not named": (_edit(r"^part\t.*toc.dat\n", ""), "its manifest names"),
    "manifest: no part named": (_edit(r"^part\t.*\n", ""), "names no part"),
    "manifest: a part named twice": (_edit(r"^(part\t.*toc.dat\n)", r"\1\1"), "its manifest names"),
    "manifest: a part outside the dump": (_edit(r"toc.dat", "../toc.dat"), "a part is called"),
    "manifest: no table named": (_edit(r"^rows\t.*\n", ""), "holds no table"),
    "manifest: a newer server": (_edit(r"^server\t16", "server\t17"), "of PostgreSQL 17; this server is 16"),
    "manifest: a server without a number": (_edit(r"^server\t.*", "server\tsixteen"), "no server's version"),
    "manifest: no server": (_edit(r"^server\t.*\n", ""), "no server's version"),
    "manifest: an unknown format": (_edit(r"^format\t.*", "format\ttar"), "its format is tar"),
    "manifest: the other format": (_edit(r"^format\t.*", "format\tcustom"), "cannot read it"),
    "manifest: of a later form": (_edit(r"^groundwork-dump\t1", "groundwork-dump\t2"), "of no known form"),
    "manifest: of another database": (_edit(r"^database\t.*", "database\tanother"), "of the database another"),
}
"""By what was done: the damage, and the words, of which `refusal` makes those of a database."""


def refusal(kind: str, stored: Stored) -> str:
    """Return the words by which a kind of damage has to be refused."""
    return KINDS[kind][1].replace("{database}", stored.database).replace("{other}", stored.other)
