"""What an attacker may try against the owner of an account, and that it comes to nothing."""
