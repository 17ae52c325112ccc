"""What runs in AWS Lambda to rotate secrets; nothing in the program imports it."""
