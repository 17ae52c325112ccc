"""From what somebody already has — a Compose file, Kubernetes manifests — to a workload file.

`compose` and `manifests` read their format into `found`, the neutral model of what runs. `stores` recognises databases,
caches and event buses in it, `wiring` says where each variable gets its value, and `draft` makes the workload file's
data with a comment wherever something could not be carried over. `writing` writes it, `check` holds it against the
settings' own validation.
"""
