"""Commands that set Steadyhand up, and take it away."""
