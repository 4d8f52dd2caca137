"""Proofs of the promises in docs/trust.md: the engine against a world that is slow, rude and partial.

`lab` is moto with a clock to turn and a hook at every call; `scenes` plants what each check with a
plan fixes; `slow` settles writes late; `walk`, `races`, `chaos`, `undos` and `mutants` are the proofs.
`python -m tests.trust` runs them all and prints the table.
"""
