"""The Kubernetes side of the offline cloud: Helm releases are rendered, validated and kept as the objects they hold."""
