"""A small client of the API server that creates strictly: an unknown or doubled field is refused, not dropped."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests

Manifest = Mapping[str, Any]

_SECONDS: Final = 30
_DISCOVERY: Final = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_CONFLICT, _NOT_FOUND = 409, 404


class RefusedError(Exception):
    """The API server said no: its status code, and its own words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class UnknownKindError(Exception):
    """The API server serves no such kind."""


@dataclass(frozen=True)
class Resource:
    """Where a kind is served."""

    base: str
    plural: str
    namespaced: bool

    def path(self, namespace: str | None, name: str = "") -> str:
        """Return the path of one object, or of all when no name is given."""
        within = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return "/".join(filter(None, (f"{self.base}{within}/{self.plural}", name)))


class Client:
    """Talks to one API server as one user."""

    def __init__(self, url: str, token: str, certificate: Path) -> None:
        self.url, self._token, self._certificate = url, token, certificate
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._session.verify = str(certificate)
        self._kinds: dict[tuple[str, str], Resource] = {}

    def is_ready(self) -> bool:
        """Tell whether the API server takes requests."""
        return self._session.get(f"{self.url}/readyz", timeout=_SECONDS).ok

    def resource(self, api_version: str, kind: str) -> Resource:
        """Find where a kind is served. Raises UnknownKindError."""
        if (api_version, kind) not in self._kinds:
            self.kinds()
        found = self._kinds.get((api_version, kind))
        if found is None:
            raise UnknownKindError(f"{kind} of {api_version}")
        return found

    def kinds(self) -> set[tuple[str, str]]:
        """Return every API version and kind that is served now."""
        self._kinds = dict(self._discovered())
        return set(self._kinds)

    def _discovered(self) -> Iterator[tuple[tuple[str, str], Resource]]:
        for root in ("api", "apis"):
            answer = self.request("GET", f"/{root}", headers={"Accept": _DISCOVERY}).json()
            for group in answer["items"]:
                name = group["metadata"].get("name", "")
                for version in group["versions"]:
                    api_version = "/".join(filter(None, (name, version["version"])))
                    for each in version.get("resources", ()):
                        kind = each["responseKind"]["kind"]
                        yield (
                            (api_version, kind),
                            Resource(f"/{root}/{api_version}", each["resource"], each["scope"] == "Namespaced"),
                        )

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        parameters: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Ask, and return the answer. Raises RefusedError."""
        content = {"Content-Type": "application/json"} if body is not None else {}
        answer = self._session.request(
            method,
            self.url + path,
            data=None if body is None else json.dumps(body),
            params=parameters,
            headers={**content, **(headers or {})},
            timeout=_SECONDS,
        )
        if not answer.ok:
            raise RefusedError(answer.status_code, _message(answer))
        return answer

    def again(self) -> "Client":
        """Return a client with connections of its own, for another thread."""
        return Client(self.url, self._token, self._certificate)

    def lines(self, path: str, parameters: Mapping[str, str]) -> Iterator[bytes]:
        """Give the lines of an answer as they come. Raises RefusedError."""
        with self._session.get(self.url + path, params=parameters, stream=True, timeout=_SECONDS) as answer:
            if not answer.ok:
                raise RefusedError(answer.status_code, _message(answer))
            yield from answer.iter_lines()

    def create(self, manifest: Manifest, namespace: str = "", *, dry_run: bool = False) -> list[str]:
        """Create an object strictly, in its own namespace or the given one; returns the server's warnings.

        Raises RefusedError, UnknownKindError.
        """
        resource = self.resource(manifest["apiVersion"], manifest["kind"])
        own = manifest["metadata"].get("namespace") or namespace
        parameters = {
            "fieldValidation": "Strict",
            "fieldManager": "groundwork",
            **({"dryRun": "All"} if dry_run else {}),
        }
        answer = self.request("POST", resource.path(own), manifest, parameters)
        # `299 - "text"`, one after the other.
        return [part.strip() for part in answer.headers.get("Warning", "").split('299 - "') if part.strip()]

    def list(self, api_version: str, kind: str, namespace: str = "", selector: str = "") -> list[dict[str, Any]]:
        """List the objects of a kind."""
        resource = self.resource(api_version, kind)
        parameters = {"labelSelector": selector} if selector else {}
        return self.request("GET", resource.path(namespace or None), parameters=parameters).json()["items"]

    def get(self, api_version: str, kind: str, name: str, namespace: str = "") -> dict[str, Any] | None:
        """Read an object; None when there is none."""
        try:
            return self.request("GET", self.resource(api_version, kind).path(namespace or None, name)).json()
        except RefusedError as error:
            if error.code == _NOT_FOUND:
                return None
            raise

    def patch(
        self, api_version: str, kind: str, name: str, namespace: str, body: Manifest, subresource: str = ""
    ) -> Any:
        """Merge a change into an object, or into its subresource. Raises RefusedError."""
        path = "/".join(filter(None, (self.resource(api_version, kind).path(namespace or None, name), subresource)))
        return self.request("PATCH", path, body, headers={"Content-Type": "application/merge-patch+json"}).json()

    def delete(self, api_version: str, kind: str, name: str, namespace: str = "") -> None:
        """Delete an object. Raises RefusedError."""
        self.request("DELETE", self.resource(api_version, kind).path(namespace or None, name))


def is_conflict(error: RefusedError) -> bool:
    """Tell whether the object is there already, or has changed since it was read."""
    return error.code == _CONFLICT


def _message(answer: requests.Response) -> str:
    try:
        return str(answer.json().get("message", answer.text))
    except ValueError:
        return answer.text.strip()
