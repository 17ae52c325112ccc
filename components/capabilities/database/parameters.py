"""PostgreSQL's parameters: TLS, what is logged, what is measured."""

from typing import Literal

from pulumi_aws import rds

from settings.facts.extensions import preloaded
from settings.workload.database import DatabaseNeeds

Method = Literal["immediate", "pending-reboot"]
_TLS_BY_DEFAULT = 15
"""https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html"""


def family(version: str) -> str:
    """Return the parameter group family of a version: `16` and `16.4` are `postgres16`."""
    return f"postgres{version.split('.', maxsplit=1)[0]}"


def parameters(needs: DatabaseNeeds) -> list[rds.ParameterGroupParameterArgs]:
    """List the parameters that differ from RDS's own defaults.

    A static parameter must be applied at the next reboot, or AWS refuses the whole group. `max_connections` is left to
    the instance's class, which the connection budget relies on.
    """
    slow = str(needs.slow_query_milliseconds)
    return [
        _force_ssl(needs.version),
        _dynamic("rds.accepted_password_auth_method", "scram"),
        _static("shared_preload_libraries", ",".join(_libraries(needs))),
        _dynamic("pg_stat_statements.track", "all"),
        # Bytes of each statement's text that are kept; 1 kB, the default, cuts off what an ORM writes.
        _static("track_activity_query_size", "4096"),
        _dynamic("track_io_timing", "1"),
        _dynamic("log_min_duration_statement", slow),
        _dynamic("auto_explain.log_min_duration", slow),
        _dynamic("auto_explain.log_format", "json"),
        _dynamic("auto_explain.log_nested_statements", "1"),
        # Timing every plan node costs; the plan's estimates and the duration are enough to find a missing index.
        _dynamic("auto_explain.log_analyze", "0"),
        # Bound values are what a statement holds of people's data: never in the log.
        _dynamic("log_parameter_max_length", "0"),
        _dynamic("log_parameter_max_length_on_error", "0"),
        _dynamic("log_statement", "ddl"),
        _dynamic("log_connections", "1"),
        _dynamic("log_disconnections", "1"),
        _dynamic("log_lock_waits", "1"),
        # kB: a sort or hash that spills more than 10 MB to disk.
        _dynamic("log_temp_files", "10240"),
        # Milliseconds: a transaction left open for five minutes holds locks and keeps vacuum from cleaning.
        _dynamic("idle_in_transaction_session_timeout", "300000"),
    ]


def _libraries(needs: DatabaseNeeds) -> list[str]:
    """List what is loaded when the server starts: what the platform measures with, and what extensions ask for."""
    asked = [name for extensions in needs.extensions_of.values() for name in extensions]
    return list(dict.fromkeys(["pg_stat_statements", "auto_explain", *preloaded(asked)]))


def _force_ssl(version: str) -> rds.ParameterGroupParameterArgs:
    """Refuse plain connections, which PostgreSQL 15 and later do by default.

    AWS keeps no method for a value that is the default, and answers `pending-reboot`: any other is a difference on each
    `up` (https://github.com/hashicorp/terraform-provider-aws/issues/39252).
    """
    default = int(version.split(".", maxsplit=1)[0]) >= _TLS_BY_DEFAULT
    return _parameter("rds.force_ssl", "1", "pending-reboot" if default else "immediate")


def _dynamic(name: str, value: str) -> rds.ParameterGroupParameterArgs:
    return _parameter(name, value, "immediate")


def _static(name: str, value: str) -> rds.ParameterGroupParameterArgs:
    return _parameter(name, value, "pending-reboot")


def _parameter(name: str, value: str, method: Method) -> rds.ParameterGroupParameterArgs:
    return rds.ParameterGroupParameterArgs(name=name, value=value, apply_method=method)
