"""What the offline cloud knows of the cloud: a store of resources, the rules it applies, the outputs it computes."""
