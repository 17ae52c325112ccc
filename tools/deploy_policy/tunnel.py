"""What the tunnel to a private Kubernetes API calls, beside the graph: tools/tunnel, and the plugin that it starts."""

from collections.abc import Iterator
from typing import Any

from components.cluster.system_nodes import node_name
from settings import PlatformSettings
from settings.runtimes import Feature
from tools.tunnel.keeper import FORWARD_TO_HOST

Statement = dict[str, Any]


def tunnel_statements(settings: PlatformSettings, account: str) -> Iterator[Statement]:
    """Give the statements of a stack whose `cluster.api_access` is `tunnel`; others need none.

    A session leads to the system's nodes alone, and forwards a port: with the check of the document a caller who names
    no document gets no shell. A token for the API takes no permission of IAM.
    https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-quickstart.html
    """
    stack = settings.stack
    if Feature.KUBERNETES_API not in stack.offers or stack.cluster.api_access != "tunnel":
        return
    yield {
        "Sid": "FindTheMachine",
        "Effect": "Allow",
        "Action": ["ec2:DescribeInstances", "ssm:DescribeInstanceInformation"],
        # Neither knows a resource.
        "Resource": "*",
    }
    yield {
        "Sid": "SessionOnTheMachine",
        "Effect": "Allow",
        "Action": ["ssm:StartSession"],
        "Resource": f"arn:aws:ec2:{stack.region}:{account}:instance/*",
        "Condition": {
            "StringEquals": {"ssm:resourceTag/Name": node_name(settings.prefix)},
            "BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"},
        },
    }
    yield {
        "Sid": "ForwardAndNothingElse",
        "Effect": "Allow",
        "Action": ["ssm:StartSession"],
        "Resource": f"arn:aws:ssm:{stack.region}::document/{FORWARD_TO_HOST}",
    }
    yield {
        "Sid": "OwnSessions",
        "Effect": "Allow",
        "Action": ["ssm:ResumeSession", "ssm:TerminateSession", "ssmmessages:OpenDataChannel"],
        "Resource": f"arn:aws:ssm:{stack.region}:{account}:session/${{aws:userid}}-*",
    }
