"""Folders that copies of a service share, as a runtime mounts them."""

from dataclasses import dataclass

from pulumi import Input

Folder = tuple[str, str]
"""A service, and the path at which it sees the folder."""


@dataclass(frozen=True)
class SharedVolume:
    """Where a folder is found. Nothing outside it can be reached through the access point."""

    file_system_id: Input[str]
    access_point_id: Input[str]
    access_point_arn: Input[str]
    file_system_arn: Input[str]
