"""Watch every change of pods, so that no moment between two looks is missed."""

import json
import threading
from collections import defaultdict
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tools.control_plane.client import Client

Object = Mapping[str, Any]
App = tuple[str, str]
"""A namespace, and the value of the label `app` there."""


@dataclass
class Ready:
    """The fewest and the most pods of each service that were ready at any one moment, and the most that existed."""

    fewest: dict[App, int] = field(default_factory=dict[App, int])
    most: dict[App, int] = field(default_factory=dict[App, int])
    failed: Exception | None = None
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
    listed = client.request("GET", "/api/v1/pods").json()
    for pod in listed["items"]:
        seen.take(pod, gone=False)
    for pod in listed["items"]:
        seen.count(pod)
    ended = threading.Event()
    arguments = (client.again(), listed["metadata"]["resourceVersion"], seen, ended)
    thread = threading.Thread(target=_follow, args=arguments, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()
    assert seen.failed is None, seen.failed


def _follow(client: Client, version: str, seen: Ready, ended: threading.Event) -> None:
    """Follow in pieces of a second, each from where the one before ended, so that nothing is missed and it can end."""
    try:
        while not ended.is_set():
            for line in client.lines("/api/v1/pods", {"watch": "1", "resourceVersion": version, "timeoutSeconds": "1"}):
                event = json.loads(line)
                assert event["type"] in ("ADDED", "MODIFIED", "DELETED"), event
                version = event["object"]["metadata"]["resourceVersion"]
                seen.take(event["object"], event["type"] == "DELETED")
                seen.count(event["object"])
    except Exception as error:  # whatever it is, the test that watches has to fail
        seen.failed = error


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
