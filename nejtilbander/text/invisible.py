"""Signs that nobody sees. Web pages, Word, chats and right-to-left keyboards leave them in what people paste."""

import re

JOINERS = "\u200c\u200d"  # invisible, and part of the spelling of Persian names
# Unicode's Default_Ignorable_Code_Point: soft hyphens, marks of direction, joiners, byte order marks.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{_IGNORABLE}]")
_INVISIBLE_BUT_JOINERS = re.compile(f"(?![{JOINERS}])[{_IGNORABLE}]")
_WIDE_SPACES = re.compile(r"[^\S\n\t ]")  # no-break, thin, ideographic


def strip_invisible(text: str, *, keep_joiners: bool = False) -> str:
    """`text` without signs that nobody sees, and with ordinary spaces."""
    pattern = _INVISIBLE_BUT_JOINERS if keep_joiners else _INVISIBLE
    return _WIDE_SPACES.sub(" ", pattern.sub("", text))
