"""EC2: networks, addresses, gateways and what stands in them."""
