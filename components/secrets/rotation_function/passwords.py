"""The content of a store user's secret: JSON with `username` and `password`."""

import json
import secrets
import string
from typing import TypedDict, cast

LENGTH = 48
"""Letters and digits alone, so that a URL needs no escaping; 48 of 62 are 285 bits. ElastiCache takes 16 to 128."""


class Login(TypedDict):
    """A user and its password."""

    username: str
    password: str


def login(content: str) -> Login:
    """Read the content of a secret."""
    return cast("Login", json.loads(content))


def with_new_password(content: str, username: str | None = None) -> str:
    """Return the content with a password drawn anew and, where it is given, another user."""
    letters = string.ascii_letters + string.digits
    password = "".join(secrets.choice(letters) for _ in range(LENGTH))
    return json.dumps({**login(content), "password": password, **({"username": username} if username else {})})
