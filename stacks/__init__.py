"""The CDK stacks, derived from the catalogue; nothing is written twice."""
