"""Kubernetes manifests: a file of several documents, or a folder of files."""

from tools.importing.manifests.objects import is_manifest
from tools.importing.manifests.products import read

__all__ = ["is_manifest", "read"]
