"""Who may do what: the actor role, grants, policies."""
