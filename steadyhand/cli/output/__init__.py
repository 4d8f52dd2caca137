"""How the terminal shows findings, plans, changes, scans and the backlog."""
