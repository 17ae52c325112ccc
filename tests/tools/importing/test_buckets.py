"""MinIO and its like become buckets of the product's own; volumes of several services become one folder."""

from pathlib import Path

import pytest

from tests.tools.importing.sources import Imported, compose

GALLERY = """
services:
  web:
    image: gallery/web:2
    ports: ["8080:8080"]
    user: "1000:1000"
    depends_on: [minio, make-buckets]
    environment:
      S3_ENDPOINT: http://minio:9000
      S3_HOST: minio
      S3_PORT: "9000"
      S3_REGION: us-east-1
      S3_USE_SSL: "false"
      S3_ACCESS_KEY: gallery-admin
      S3_SECRET_KEY: gallery-storage-password
      STORAGE_LOGIN: gallery-admin
      S3_BUCKET: photo.originals
      THUMBNAIL_BUCKET: thumbnails
      PUBLIC_PREFIX: http://minio:9000/thumbnails/public
    volumes: [drafts:/srv/drafts]
  worker:
    image: gallery/worker:2
    user: "1000:1000"
    environment: {S3_URL: "http://minio:9000", S3_BUCKET_NAME: thumbnails}
    volumes: [drafts:/work]
  mailer:
    image: gallery/mailer:2
  minio:
    image: minio/minio:RELEASE.2025-04-22T22-12-26Z
    command: server /data --console-address ":9001"
    environment: {MINIO_ROOT_USER: gallery-admin, MINIO_ROOT_PASSWORD: gallery-storage-password}
    volumes: [objects:/data]
  make-buckets:
    image: minio/mc
    depends_on: [minio]
    entrypoint: >
      /bin/sh -c "mc alias set store http://minio:9000 gallery-admin gallery-storage-password;
      mc mb --ignore-existing store/thumbnails; mc mb store/archive; exit 0"
volumes: {objects: {}, drafts: {}}
"""


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return Imported(compose(tmp_path_factory.mktemp("gallery"), GALLERY))


def test_a_stack_takes_it(gallery: Imported) -> None:
    assert gallery.diagnostics() == []


def test_buckets_take_the_place_of_the_container(gallery: Imported) -> None:
    assert gallery.at("buckets") == {"thumbnails": {}, "archive": {}, "photo-originals": {}}
    assert not gallery.has("services", "minio")
    assert not gallery.has("jobs")
    assert "(minio/minio:RELEASE" in gallery.comments()
    assert "make-buckets is left out: the platform makes the buckets" in gallery.comments()


def test_variables_name_outputs_and_hold_no_key(gallery: Imported) -> None:
    assert gallery.at("services", "web", "environment") == {
        "S3_ENDPOINT": {"text": "https://s3.{region}.amazonaws.com"},
        "S3_HOST": {"text": "s3.{region}.amazonaws.com"},
        "S3_PORT": "443",
        "S3_REGION": {"output": "region"},
        "S3_USE_SSL": "true",
        "S3_BUCKET": {"output": "buckets.photo-originals.name"},
        "THUMBNAIL_BUCKET": {"output": "buckets.thumbnails.name"},
        "PUBLIC_PREFIX": {"text": "{buckets.thumbnails.url}/public"},
    }
    assert "gallery-storage-password" not in gallery.text
    assert "gallery-admin" not in gallery.text
    for left_out in ("S3_SECRET_KEY", "STORAGE_LOGIN"):
        assert f"{left_out}: the service signs its requests with a role of its own" in gallery.comments()


def test_a_service_gets_the_buckets_that_it_names_and_no_other_service_any(gallery: Imported) -> None:
    assert gallery.at("services", "web", "buckets") == {"photo-originals": "read-write", "thumbnails": "read-write"}
    assert gallery.at("services", "worker", "buckets") == {"thumbnails": "read-write"}
    assert not gallery.has("services", "mailer", "buckets")


def test_a_store_whose_buckets_nobody_names_has_one(tmp_path: Path) -> None:
    imported = Imported(
        compose(
            tmp_path,
            """
            services:
              app: {image: "shop/app:1", ports: ["80:80"], environment: {UPLOADS: "http://store:9000"}}
              store: {image: "rustfs/rustfs:1.0"}
            """,
        )
    )
    assert imported.diagnostics() == []
    assert imported.at("buckets") == {"files": {}}
    assert imported.at("services", "app", "buckets") == {"files": "read-write"}


def test_services_of_one_user_share_a_folder(gallery: Imported) -> None:
    shared = {"kind": "shared", "folder": "drafts", "size": "10Gi"}
    assert gallery.at("services", "web", "volumes") == {"/srv/drafts": shared}
    assert gallery.at("services", "worker", "volumes") == {"/work": shared}
    assert "uses the same folder" not in gallery.comments()


def test_services_of_two_users_keep_a_folder_each(tmp_path: Path) -> None:
    other = GALLERY.replace('image: gallery/worker:2\n    user: "1000:1000"', "image: gallery/worker:2")
    imported = Imported(compose(tmp_path, other))
    assert imported.diagnostics() == []
    assert imported.at("services", "worker", "volumes") == {"/work": {"kind": "shared", "size": "10Gi"}}
    assert "web uses the same folder" in imported.comments()
