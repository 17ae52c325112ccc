"""Programs that are not this project's, and the pack beside them.

They are written as public examples are: a web server, a site in a bucket, a queue with a worker. The pack stands alone:
nothing of this project is imported, and none of its components made them.
"""

import shutil
from pathlib import Path
from typing import Final

from tests.offline_cloud.projects import Project

ROOT: Final = Path(__file__).resolve().parents[2]

SITE: Final = """
import pulumi
import pulumi_aws as aws

content = aws.s3.Bucket("content", acl="public-read")
aws.s3.BucketWebsiteConfiguration("pages", bucket=content.id, index_document={"suffix": "index.html"})
aws.s3.BucketPublicAccessBlock("block", bucket=content.id, block_public_acls=False)
pulumi.export("bucket", content.id)
"""
"""A page in a public bucket."""

WORKER: Final = """
import json
import pulumi_aws as aws

aws.sqs.Queue("work", visibility_timeout_seconds=60)
role = aws.iam.Role("role", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}))
aws.iam.RolePolicy("rights", role=role.id, policy=json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "*", "Resource": "*"}]}))
"""
"""A queue, and a worker that may do everything."""

SERVER: Final = """
import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.1.0/24", map_public_ip_on_launch=True)
group = aws.ec2.SecurityGroup("web", vpc_id=vpc.id, description="web", ingress=[
    {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}])
image = aws.ec2.get_ami(most_recent=True, owners=["amazon"],
    filters=[{"name": "name", "values": ["al2023-ami-2023*-x86_64"]}])
server = aws.ec2.Instance("server", ami=image.id, instance_type="t2.micro", subnet_id=subnet.id,
    vpc_security_group_ids=[group.id], associate_public_ip_address=True)
pulumi.export("address", server.public_ip)
"""
"""A web server on the internet."""


def stranger(folder: Path, program: str, config: str = "{}\n") -> Project:
    """Lay a program into a folder, and beside it the pack by itself with a configuration of its own."""
    (folder / "Pulumi.yaml").write_text("name: small\nruntime: python\n", encoding="utf-8")
    shutil.copytree(ROOT / "policies", folder / "policies", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "policies" / "config.yaml").write_text(config, encoding="utf-8")
    return Project(folder).program(program)
