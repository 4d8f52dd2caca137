"""The cases of an attack on the first version, each a promise now."""
