"""A program that never ends."""

while True:
    pass
