"""Close the old database before another one takes its place: a step of a takeover, run by Systems Manager."""

from collections.abc import Mapping
from typing import Any, Protocol, cast

from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import get_session  # pyright: ignore[reportUnknownVariableType] -- botocore is untyped

# Before every rule of the data tier's network ACL; connections that stand are cut too, for an ACL keeps no state.
RULE_NUMBER = 1
POSTGRESQL = 5432
PATIENCE = Config(connect_timeout=5, read_timeout=15, retries={"max_attempts": 4})


class Ec2(Protocol):
    def create_network_acl_entry(self, **entry: object) -> Mapping[str, Any]: ...


def handler(events: Mapping[str, str], _context: object) -> dict[str, str]:
    """Deny PostgreSQL to everybody in the primary's data tier."""
    session = cast("Any", get_session())
    client = session.create_client("ec2", events["Region"], config=PATIENCE)
    return fence(cast("Ec2", client), events["NetworkAclId"])


def fence(ec2: Ec2, acl_id: str) -> dict[str, str]:
    """Add the rule, or find it there; deleting it opens the database again. Raises what EC2 answers otherwise."""
    try:
        ec2.create_network_acl_entry(
            NetworkAclId=acl_id,
            RuleNumber=RULE_NUMBER,
            Egress=False,
            Protocol="6",
            PortRange={"From": POSTGRESQL, "To": POSTGRESQL},
            CidrBlock="0.0.0.0/0",
            RuleAction="deny",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "NetworkAclEntryAlreadyExists":
            raise
    return {"Closed": acl_id}
