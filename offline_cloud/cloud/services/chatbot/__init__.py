"""Chat channels."""
