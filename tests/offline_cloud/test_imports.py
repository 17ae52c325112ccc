"""What stands in the account is imported: read by its id or name, changed, deleted, and known to every later run."""

from pathlib import Path

from offline_cloud.account_file import AccountFile
from offline_cloud.cloud.model import Properties
from offline_cloud.cloud.store import Store
from offline_cloud.provider.connection import Connection
from offline_cloud.provider.lifecycle import Lifecycle, Result
from offline_cloud.provider.values import Decoded

BUCKET = "aws:s3/bucket:Bucket"
DATABASE = "aws:rds/instance:Instance"
_ACCOUNT = AccountFile.model_validate(
    {
        "things": [
            {"type": BUCKET, "id": "shop-uploads", "region": "eu-west-1", "properties": {"bucket": "shop-uploads"}},
            {"type": DATABASE, "id": "db-1", "region": "eu-west-1", "properties": {"identifier": "shop"}},
        ]
    }
)
_CONNECTION = Connection(package="aws", region="eu-west-1")


def _life(folder: Path) -> Lifecycle:
    """A run of its own, as each command of the engine starts one."""
    return Lifecycle(Store(folder / "cloud.db"), account=_ACCOUNT)


def _read(life: Lifecycle, type: str, id: str) -> Result | None:
    return life.read(_CONNECTION, type, id, Decoded({}), Decoded({}))


def test_a_thing_is_imported_by_its_id_or_its_name(tmp_path: Path) -> None:
    life = _life(tmp_path)
    bucket, database = _read(life, BUCKET, "shop-uploads"), _read(life, DATABASE, "shop")
    assert bucket is not None
    assert database is not None
    assert bucket.inputs.properties == {"bucket": "shop-uploads"}
    assert (database.id, database.inputs.properties) == ("db-1", {"identifier": "shop"})
    assert _read(life, BUCKET, "shop-reports") is None
    # What a state has already is read by its id alone.
    assert life.read(_CONNECTION, DATABASE, "shop", Decoded({"identifier": "shop"}), Decoded({})) is None


def test_later_runs_know_what_was_changed_and_what_was_deleted(tmp_path: Path) -> None:
    changed: Properties = {"bucket": "shop-uploads", "tags": {"Team": "shop"}}
    urn = f"urn:pulumi:dev::shop::{BUCKET}::uploads"
    _life(tmp_path).update(_CONNECTION, urn, BUCKET, "shop-uploads", Decoded({}), Decoded(changed), False)
    found = _read(_life(tmp_path), BUCKET, "shop-uploads")
    assert found is not None
    assert found.inputs.properties == changed
    _life(tmp_path).delete(_CONNECTION, BUCKET, "shop-uploads", Decoded({}))
    assert _read(_life(tmp_path), BUCKET, "shop-uploads") is None
    assert _read(_life(tmp_path), DATABASE, "shop") is not None
