"""Derives what the offline AWS knows from what others keep: the SDK, botocore's models and CloudFormation's schemas."""
