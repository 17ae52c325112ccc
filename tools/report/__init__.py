"""What a pull request does to each stack, from two previews: a comment, and a page."""
