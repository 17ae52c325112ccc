"""One class for each component of the package: plain arguments in, outputs out."""
