"""How Steadyhand leaves an account: what it destroys, what it takes along, what it leaves behind."""
