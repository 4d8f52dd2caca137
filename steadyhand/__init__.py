"""What Steadyhand knows."""
