"""Commands that change the account, or what Steadyhand may do there."""
