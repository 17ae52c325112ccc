"""What AWS, Kubernetes and the pinned images offer: tables, each with its source beside it."""
