"""The way to a private Kubernetes API from any machine: a port forwarded through a node by Session Manager.

Standard library alone: the Kubernetes provider runs it with whatever Python there is.
"""
