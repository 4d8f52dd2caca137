"""The proof. It mirrors the tree."""
