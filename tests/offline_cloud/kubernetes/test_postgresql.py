"""What CloudNativePG's webhook says of a database, its pooler and its backups."""

import pytest

from offline_cloud.cloud.model import Properties, Value
from tests.offline_cloud.kubernetes.clouds import Cloud, noted, said, thing

API = "postgresql.cnpg.io/v1"
IMAGE = "docker.io/timescale/timescaledb-ha:pg17.6-ts2.22.1"


@pytest.fixture
def operated(cloud: Cloud) -> Cloud:
    """A cluster with the operator and its backup plugin."""
    for chart in ("cert-manager", "cloudnative-pg", "plugin-barman-cloud"):
        noted(cloud.upstream(chart))
    return cloud


def catalog(*majors: int) -> Properties:
    """An ImageCatalog with one image of each major version."""
    images: list[Value] = [{"major": major, "image": IMAGE} for major in majors]
    return thing(API, "ImageCatalog", "market", spec={"images": images})


def database(name: str = "market", parameters: Properties | None = None, **spec: Value) -> Properties:
    """A Cluster that nothing is wrong with, by its catalog."""
    body: Properties = {
        "instances": 3,
        "imageCatalogRef": {"apiGroup": "postgresql.cnpg.io", "kind": "ImageCatalog", "name": "market", "major": 17},
        "storage": {"size": "100Gi"},
        "walStorage": {"size": "20Gi"},
        "postgresql": {"parameters": parameters or {}, "synchronous": {"method": "any", "number": 1}},
        **spec,
    }
    return thing(API, "Cluster", name, spec={key: value for key, value in body.items() if value is not None})


def named(image: str) -> Properties:
    """A Cluster that names its image itself."""
    return database(imageCatalogRef=None, imageName=image)


def pooler(name: str = "market-pooler", **parameters: Value) -> Properties:
    """A Pooler in front of it."""
    bouncer: Properties = {"poolMode": "transaction", "parameters": parameters}
    return thing(API, "Pooler", name, spec={"cluster": {"name": "market"}, "type": "rw", "pgbouncer": bouncer})


def backups(schedule: str) -> Properties:
    """A ScheduledBackup of it."""
    return thing(API, "ScheduledBackup", "market", spec={"schedule": schedule, "cluster": {"name": "market"}})


def test_a_database_by_a_catalog_with_pooler_and_backups_is_accepted(operated: Cloud) -> None:
    parameters: Properties = {"shared_buffers": "1GB", "min_wal_size": "1GB", "max_wal_size": "2GB", "x.y": "1"}
    resources: Properties = {"requests": {"cpu": "1", "memory": "4Gi"}, "limits": {"cpu": "1", "memory": "4Gi"}}
    whole = [catalog(17), database(parameters=parameters, resources=resources), pooler(), backups("0 0 2 * * *")]
    assert noted(operated.objects(*whole)) == ""


@pytest.mark.parametrize("image", ["ghcr.io/cloudnative-pg/postgresql:17.6", "registry:5000/pg:17", "pg:16.10-1"])
def test_an_image_whose_tag_begins_with_the_version_may_be_named(operated: Cloud, image: str) -> None:
    assert said(operated.objects(named(image))) == ""


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (named(IMAGE), "spec.imageName: invalid version tag 'pg17.6-ts2.22.1': it does not begin with digits"),
        (named(f"registry:5000/pg@sha256:{'0' * 64}"), "has no tag to read a version from"),
        (named("postgres:latest"), "the tag latest hides upgrades"),
        (named("postgres:12.1"), "PostgreSQL 12 is not supported"),
        (database(imageName="postgres:17"), "imageName and imageCatalogRef are mutually exclusive"),
        (database(imageCatalogRef={"kind": "ImageCatalog", "name": "market", "major": 17}), "Only image catalogs are"),
        (database("x" * 51), "is no DNS label of at most 50 characters"),
        (database("a.b"), "is no DNS label"),
        (database(instances=1), "1 synchronous replicas of 1 instances"),
        (database(maxSyncReplicas=1), "excludes minSyncReplicas and maxSyncReplicas"),
        (database(maxSyncReplicas=3), "3 is not below the 3 instances"),
        (database(minSyncReplicas=1), "is above maxSyncReplicas"),
        (database(storage={"size": "100 GB"}), "'100 GB' is no size"),
        (database(walStorage={"size": "big"}), "spec.walStorage.size: 'big' is no size"),
        (database(parameters={"archive_mode": "on"}), "parameters.archive_mode: the operator fixes this parameter"),
        (database(parameters={"a b": "on"}), "is no name of a parameter"),
        (database(parameters={"wal_level": "minimal"}), "replicas need wal_level logical or replica"),
        (database(parameters={"wal_log_hints": "off"}), "must be on while there are replicas"),
        (database(parameters={"shared_buffers": "1Gi"}), "parameters.shared_buffers: '1Gi' is no size"),
        (database(parameters={"min_wal_size": "1GB"}), "min_wal_size: is not below max_wal_size"),
        (database(parameters={"max_wal_size": "20GB"}), "max_wal_size: is not below the volume of the write-ahead log"),
        (database(resources={"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}), "requests.cpu: is above the limit"),
        (
            database(parameters={"shared_buffers": "2GB"}, resources={"requests": {"memory": "1Gi"}}),
            "is below the parameter shared_buffers",
        ),
        (database(bootstrap={"initdb": {"database": "market"}}), "database and owner go together"),
        (
            database(plugins=[{"name": name, "isWALArchiver": True} for name in ("one", "two")]),
            "more than one archive of the write-ahead log",
        ),
        (
            database(plugins=[{"name": "one", "parameters": {"barmanObjectName": "none"}}]),
            "no ObjectStore 'none'",
        ),
        (pooler("market"), "a pooler cannot have its cluster's name"),
        (pooler(listen_port="1"), "parameters.listen_port: invalid or reserved parameter"),
        (backups("0 2 * * *"), "'0 2 * * *' has 4 fields"),
        (backups("0 0 2 * * 7"), "day of week '7' is outside 0-6"),
        (backups("60 0 2 * * *"), "'60' is not a second"),
    ],
)
def test_the_webhook_refuses(operated: Cloud, item: Properties, expected: str) -> None:
    others = [] if item["kind"] == "Cluster" else [database()]
    assert expected in said(operated.objects(catalog(17), *others, item))


def test_a_catalog_must_be_there_and_have_the_version(operated: Cloud) -> None:
    assert "no ImageCatalog 'market'; there: none" in said(operated.objects(database()))
    assert "ImageCatalog market has no image of 17; it has: 15, 16" in said(
        operated.objects(catalog(15, 16), database())
    )


@pytest.mark.parametrize("item", [pooler(), backups("0 0 2 * * *")])
def test_a_pooler_and_a_schedule_need_their_database(operated: Cloud, item: Properties) -> None:
    assert "no Cluster 'market'; there: none" in said(operated.objects(item))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (database(), database(storage={"size": "99Gi"}), "spec.storage.size: a volume cannot be made smaller"),
        (database(), database(walStorage=None), "cannot be taken away once it is there"),
        (database(postgresUID=1000), database(postgresUID=26), "spec.postgresUID: cannot be changed"),
        (named("pg:17.6"), named("pg:16.10"), "PostgreSQL cannot go back from 17 to 16"),
        (
            database(imageCatalogRef=None, imageName="pg:17.5", primaryUpdateMethod="switchover"),
            database(
                imageCatalogRef=None,
                imageName="pg:17.6",
                primaryUpdateMethod="switchover",
                parameters={"work_mem": "8MB"},
            ),
            "image and parameters cannot change at once",
        ),
        (database(), database(storage={"size": "200Gi"}), ""),
    ],
)
def test_what_an_upgrade_may_not_change(operated: Cloud, before: Properties, after: Properties, expected: str) -> None:
    noted(operated.objects(catalog(17), before))
    outcome = operated.upgrade("things", values={"objects": [catalog(17), after]})
    assert said(outcome).count("\n") == 0
    assert expected in said(outcome)
