"""The extensions that RDS for PostgreSQL offers.

From AWS's own lists and what its release notes said up to 18.3 and 17.9, read on 29 November 2026:
https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-extensions.html. Here stands what
products ask for of those. Which ones a database's owner may create, the server says itself, and the bootstrap asks it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_MAJORS: Final = ("14", "15", "16", "17", "18")


@dataclass(frozen=True, kw_only=True)
class Extension:
    """`preload` is the library that the server loads when it starts, in `shared_preload_libraries`.

    `contrib` comes with PostgreSQL's own source, and so with the image that a dump is restored into for a test.
    """

    majors: tuple[str, ...] = _MAJORS
    contrib: bool = False
    preload: str | None = None


_CONTRIB: Final = (
    *("amcheck", "bloom", "btree_gin", "btree_gist", "citext", "cube", "dblink", "dict_int", "dict_xsyn"),
    *("earthdistance", "fuzzystrmatch", "hstore", "intagg", "intarray", "isn", "ltree", "pageinspect"),
    *("pg_buffercache", "pg_freespacemap", "pg_prewarm", "pg_trgm", "pg_visibility", "pgcrypto", "pgrowlocks"),
    *("pgstattuple", "postgres_fdw", "sslinfo", "tablefunc", "tsm_system_rows", "tsm_system_time", "unaccent"),
    "uuid-ossp",
)
_ELSEWHERE: Final = (
    *("address_standardizer", "address_standardizer_data_us", "aws_commons", "aws_lambda", "aws_s3", "hll", "hypopg"),
    *("ip4r", "orafce", "pg_repack", "pgrouting", "plv8", "postgis", "postgis_raster", "postgis_tiger_geocoder"),
    *("prefix", "rdkit", "vector"),
)

EXTENSIONS: Final[dict[str, Extension]] = {
    **{name: Extension(contrib=True) for name in _CONTRIB},
    **{name: Extension() for name in _ELSEWHERE},
    # Release notes of 18.1: supported in 17 and not in 18.
    "postgis_topology": Extension(majors=_MAJORS[:-1]),
    "pg_stat_statements": Extension(contrib=True, preload="pg_stat_statements"),
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.pgaudit.html
    "pgaudit": Extension(preload="pgaudit"),
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Extensions.html
    "pg_hint_plan": Extension(preload="pg_hint_plan"),
}


def offered(version: str) -> list[str]:
    """Name the extensions that RDS offers for a version such as "16" or "16.9", in order."""
    major = version.split(".", maxsplit=1)[0]
    return sorted(name for name, extension in EXTENSIONS.items() if major in extension.majors)


def preloaded(extensions: Sequence[str]) -> Iterator[str]:
    """Name the libraries that extensions of the table want loaded when the server starts, each once."""
    libraries = (EXTENSIONS[name].preload for name in extensions if name in EXTENSIONS)
    yield from dict.fromkeys(library for library in libraries if library is not None)
