"""What the platform composes: a store's address in a client's own form, and the product's own addresses."""

from pathlib import Path

import pytest

from settings.raw import Raw
from tests.tools.importing.sources import Imported, compose

_STORES = """
        services:
          db: {image: "postgres:17", environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD: open-sesame-1}}
          redis: {image: "redis:7"}
"""


def _app(tmp_path: Path, variable: str, value: str, more: str = "") -> Imported:
    line = f"          app: {{image: 'shop/app:1', ports: ['8080:80'], environment: {{{variable}: '{value}'}}}}\n"
    imported = Imported(compose(tmp_path / "shop", _STORES + line + more))
    assert imported.diagnostics() == []
    assert "open-sesame-1" not in imported.text
    return imported


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        (
            "SQLALCHEMY_URL",
            "postgresql+psycopg://shop:open-sesame-1@db:5432/shop",
            "postgresql+psycopg://shop:{database.password}@{database.host}:{database.port}/{database.name}?sslmode=require",
        ),
        (
            "ASYNC_URL",
            "postgresql+asyncpg://shop:open-sesame-1@db/shop?ssl=disable",
            "postgresql+asyncpg://shop:{database.password}@{database.host}:{database.port}/{database.name}?ssl=require",
        ),
        (
            "PRISMA_URL",
            "postgresql://shop:open-sesame-1@db/shop?schema=public&sslmode=disable",
            "postgresql://shop:{database.password}@{database.host}:{database.port}/{database.name}?sslmode=require&schema=public",
        ),
        (
            "spring.datasource.url",
            "jdbc:postgresql://db:5432/shop?user=shop&password=open-sesame-1",
            "jdbc:postgresql://{database.host}:{database.port}/{database.name}?sslmode=require&user=shop"
            "&password={database.password}",
        ),
        (
            "GORM_DSN",
            "host=db port=5432 user=shop password=open-sesame-1 dbname=shop sslmode=disable TimeZone=UTC",
            "host={database.host} port={database.port} user=shop password={database.password} dbname={database.name}"
            " sslmode=require TimeZone=UTC",
        ),
        (
            "QUEUE_URL",
            "redis+cluster://redis:6379/0",
            "redis+cluster://shop:{cache.password}@{cache.host}:{cache.port}",
        ),
        ("CACHE_URL", "redis://redis:6379/2", "rediss://shop:{cache.password}@{cache.host}:{cache.port}/2"),
    ],
)
def test_an_address_with_a_password_is_a_composed_secret(tmp_path: Path, name: str, value: str, text: str) -> None:
    imported = _app(tmp_path, name, value)
    assert imported.at("secrets", name) == {"kind": "text", "text": text}
    assert imported.at("services", "app", "secrets") == [name]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            "jdbc:postgresql://db:5432/shop",
            {"text": "jdbc:postgresql://{database.host}:{database.port}/{database.name}?sslmode=require"},
        ),
        ("db:5432", {"text": "{database.host}:{database.port}"}),
        ("redis:6379", {"text": "{cache.host}:{cache.port}"}),
        ("http://localhost:8080/hooks/{id}", {"text": "{ingress.app.url}/hooks/{{id}}"}),
        ("https://${DOMAIN}/x", {"text": "{ingress.app.url}/x"}),
        ("http://localhost:9999/x", "http://localhost:9999/x"),
        ("https://elsewhere.example.com/x", "https://elsewhere.example.com/x"),
    ],
)
def test_an_address_without_one_is_a_composed_variable(tmp_path: Path, value: str, expected: Raw) -> None:
    assert _app(tmp_path, "ADDRESS", value).at("services", "app", "environment", "ADDRESS") == expected


def test_a_password_of_another_service_is_named(tmp_path: Path) -> None:
    more = """\
          queue:
            image: rabbitmq:4
            environment: {RABBITMQ_DEFAULT_PASS: carrots-and-peas}
"""
    imported = _app(tmp_path, "AMQP_URL", "amqp://shop:carrots-and-peas@queue:5672/shop", more)
    text = "amqp://shop:{secrets.RABBITMQ_DEFAULT_PASS}@queue:5672/shop"
    assert imported.at("secrets", "AMQP_URL") == {"kind": "text", "text": text}
    assert imported.at("secrets", "RABBITMQ_DEFAULT_PASS") == {"kind": "provided"}
    assert imported.at("services", "app", "calls") == [{"service": "queue", "port": "amqp"}]
    assert "carrots-and-peas" not in imported.text


def test_a_routers_host_is_the_products_own(tmp_path: Path) -> None:
    file = compose(
        tmp_path,
        """
        services:
          web:
            image: shop/web:1
            environment: {HOST: shop.example.com, ROOT_URL: "https://shop.example.com/"}
            labels:
              traefik.http.routers.web.rule: Host(`shop.example.com`)
              traefik.http.services.web.loadbalancer.server.port: "8080"
        """,
    )
    imported = Imported(file)
    assert imported.diagnostics() == []
    assert imported.at("services", "web", "environment") == {
        "HOST": {"output": "hostname"},
        "ROOT_URL": {"text": "{ingress.web.url}/"},
    }
