"""What runs in AWS Lambda to rotate generated secrets; nothing in the program imports it."""
