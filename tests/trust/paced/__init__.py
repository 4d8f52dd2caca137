"""How long each proof may take, and what becomes of one that takes longer."""
