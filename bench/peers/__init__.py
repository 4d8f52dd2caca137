"""Do other scanners find the same in one account as our scan does, and where not, who is right?"""
