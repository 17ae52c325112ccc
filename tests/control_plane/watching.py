"""Watch every change of pods, so that no moment between two looks is missed."""

import json
import threading
from collections import defaultdict
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from tools.control_plane.client import Client

Object = Mapping[str, Any]
App = tuple[str, str]
"""A namespace, and the value of the label `app` there."""


@dataclass
class Ready:
    """The fewest and the most pods of each service that were ready at any one moment, and the most that existed."""

    fewest: dict[App, int] = field(default_factory=dict[App, int])
    most: dict[App, int] = field(default_factory=dict[App, int])
    _pods: dict[str, Object] = field(default_factory=dict[str, Object])

    def take(self, pod: Object, gone: bool) -> None:
        """Take in one change."""
        name = pod["metadata"]["uid"]
        if gone:
            self._pods.pop(name, None)
        else:
            self._pods[name] = pod

    def count(self, pod: Object) -> None:
        """Count the pods of one pod's service now."""
        app = _app(pod)
        if app is None:
            return
        mine = [each for each in self._pods.values() if _app(each) == app]
        ready = sum(is_ready(each) for each in mine)
        there = sum("deletionTimestamp" not in each["metadata"] for each in mine)
        self.fewest[app] = min(self.fewest.get(app, ready), ready)
        self.most[app] = max(self.most.get(app, 0), there)


@contextmanager
def watching_pods(client: Client) -> Generator[Ready]:
    """Follow the pods for the time of a `with`."""
    seen = Ready()
    listed = client.request("GET", "/api/v1/pods")
    for pod in listed["items"]:
        seen.take(pod, gone=False)
    for pod in listed["items"]:
        seen.count(pod)
    stream = client.stream("/api/v1/pods", {"watch": "1", "resourceVersion": listed["metadata"]["resourceVersion"]})
    thread = threading.Thread(target=_follow, args=(stream, seen), daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        stream.raw.close()
        stream.close()
        thread.join(timeout=10)


def _follow(stream: requests.Response, seen: Ready) -> None:
    try:
        for line in stream.iter_lines():
            event = json.loads(line)
            if event["type"] in ("ADDED", "MODIFIED", "DELETED"):
                seen.take(event["object"], event["type"] == "DELETED")
                seen.count(event["object"])
    except (requests.RequestException, OSError, AttributeError, ValueError):
        # The stream was closed: the `with` has ended.
        return


def _app(pod: Object) -> App | None:
    labels = pod["metadata"].get("labels", {})
    owners = {each["kind"] for each in pod["metadata"].get("ownerReferences", ())}
    if "app" not in labels or "Job" in owners:
        return None
    return pod["metadata"]["namespace"], labels["app"]


def is_ready(pod: Object) -> bool:
    """Tell whether a pod is ready and not on its way out."""
    conditions = {each["type"]: each["status"] for each in pod["status"].get("conditions", ())}
    return conditions.get("Ready") == "True" and "deletionTimestamp" not in pod["metadata"]


def by_service(pods: list[Object]) -> Mapping[App, list[Object]]:
    """Sort pods by the service that they are of."""
    found: dict[App, list[Object]] = defaultdict(list)
    for pod in pods:
        app = _app(pod)
        if app is not None:
            found[app].append(pod)
    return found
