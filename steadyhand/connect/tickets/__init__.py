"""The backlog as tickets: GitHub Issues or GitLab issues, one for each item, for life."""
