"""Where AWS is told: derived from the catalogue, nothing written twice."""
