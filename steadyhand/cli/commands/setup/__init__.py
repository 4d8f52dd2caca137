"""Commands that set Steadyhand up."""
