"""What is known of each type of Cloud Map, beside what is derived."""

from offline_cloud.cloud.core.resource import Resource, Resources

RESOURCES: Resources = {
    "aws:servicediscovery/httpNamespace:HttpNamespace": Resource(
        id="ns-{hex16}", outputs={"arn": "arn:aws:servicediscovery:{region}:{account}:namespace/{id}"},
    ),
}  # fmt: skip
