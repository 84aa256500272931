"""Finds where the chain of the audit trail is broken, and what was done there."""

from dataclasses import dataclass

from nejtilbander.audit.models import ORIGIN, AuditLine


class BrokenChain(Exception):
    """One sentence: where, and what was done."""


@dataclass(frozen=True)
class Intact:
    lines: int
    last_hash: str


def verify(contains: str = "") -> Intact:
    """Reads the whole chain. `contains`: the hash of a line that was once in it. Raises BrokenChain."""
    lines, last, start, is_vouched, is_found = 0, None, None, False, not contains
    for line in AuditLine.objects.order_by("number").iterator():
        start = start or line
        if error := _error(last, line):
            raise BrokenChain(error)
        is_vouched = is_vouched or _vouches(line, start)
        is_found = is_found or line.hash == contains
        lines, last = lines + 1, line
    if start and start.number > 1 and not is_vouched:
        raise BrokenChain(f"{_lines(1, start.number - 1)} removed, and no line says that it was time.")
    if not is_found:
        raise BrokenChain(f"No line has the hash {contains}: lines at the end were removed, or all were made anew.")
    return Intact(lines, last.hash if last else ORIGIN)


def _lines(first: int, last: int) -> str:
    return f"Line {first} was" if first == last else f"Lines {first} to {last} were"


def _vouches(line: AuditLine, start: AuditLine) -> bool:
    """True for the line that says that everything before `start` was too old."""
    return (line.kind, line.which, line.words) == (AuditLine.Kind.FOLDED, str(start.number - 1), start.previous)


def _error(last: AuditLine | None, line: AuditLine) -> str:
    """What is wrong between two neighbours; "" when nothing is."""
    number, is_own = line.number, line.hash == line.expected_hash()
    if last and number != last.number + 1:
        return f"{_lines(last.number + 1, number - 1)} removed."
    follows = last.hash if last else ORIGIN if number == 1 else line.previous
    if line.previous == follows:
        return "" if is_own else f"Line {number} was changed."
    if AuditLine.objects.filter(hash=line.previous).exists():
        return f"Line {number} is not in its place: lines were reordered."
    if last and is_own:
        return f"Line {last.number} was changed, and its hash made anew: line {number} follows another."
    return f"Line {number} does not follow what is before it: lines between them were removed, and the rest renumbered."
