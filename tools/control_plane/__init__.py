"""A real Kubernetes control plane on loopback, with KWOK in the place of the machines."""
