"""ministack, and what it lacks to be an AWS account: run by the emulator's own interpreter.

Nothing here knows Steadyhand. Each file fixes one subject and says what AWS does there. ministack's
private functions are replaced in process, so exactly one version of it fits; `__main__` asserts it.
"""
