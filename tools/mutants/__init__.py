"""Changes one figure of a product at a time, and looks whether the proofs of the requirements that name it notice."""
