"""Numbers with their noun, for staff: Danish has two forms."""


def counted(number: int, one: str, many: str) -> str:
    """As in "1 mail" and "3 mails"."""
    return f"{number} {one if number == 1 else many}"
