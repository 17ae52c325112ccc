"""The IAM policy of the role that deploys a stack, from the types in the stack's graph."""
