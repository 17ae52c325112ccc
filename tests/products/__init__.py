"""Figures of each product's own file, looked for in what the whole platform creates for it."""
