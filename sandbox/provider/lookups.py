"""The few look-ups a program may make: who and where am I. Anything else belongs in the settings."""

from sandbox.cloud.model import ACCOUNT_ID, Properties, Refusal


def answer(token: str, region: str) -> Properties | Refusal:
    """Answer an invoke by its token, or say why not."""
    match token:
        case "aws:index/getCallerIdentity:getCallerIdentity":
            return {
                "id": ACCOUNT_ID,
                "accountId": ACCOUNT_ID,
                "arn": f"arn:aws:iam::{ACCOUNT_ID}:user/sandbox",
                "userId": "AIDASANDBOX",
            }
        case "aws:index/getRegion:getRegion":
            return {"id": region, "name": region, "region": region, "endpoint": f"ec2.{region}.amazonaws.com"}
        case "aws:index/getPartition:getPartition":
            return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}
        case _:
            return Refusal("", f"the sandbox answers no look-up {token}", "state the value in the settings")
