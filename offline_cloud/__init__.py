"""The offline cloud: lets the real Pulumi engine run a real program with no account and no network."""
