"""One change: begun, guarded, made step by step by one table, looked at, undone."""
