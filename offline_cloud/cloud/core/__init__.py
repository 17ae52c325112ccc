"""What the services share: how a rule is written, and the rules that hold for all of them."""
