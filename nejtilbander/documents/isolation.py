"""Cleans a PDF in a process of its own: without our secrets, with a limit to its memory and time (cleaning.py)."""

import json
import os
import subprocess
import sys

from nejtilbander.documents.cleaning import BOMB, BROKEN, CPU, MAX_BYTES, TOO_BIG, CleanedPdf, InvalidDocument

PROGRAM = "nejtilbander.documents.cleaning"
TIMEOUT = 2 * CPU  # seconds, of the clock: the machine may be busy


def clean_isolated(upload: bytes, title: str, language: str) -> CleanedPdf:
    """`cleaning.clean`, whatever the file does to the process. Raises InvalidDocument."""
    if len(upload) > MAX_BYTES:
        raise InvalidDocument(TOO_BIG)
    code, answer = _run(upload, title, language)
    if code < 0:  # killed: out of time
        raise InvalidDocument(BOMB)
    if code > 0:
        raise InvalidDocument(BROKEN)
    line, _, body = answer.partition(b"\n")
    facts = json.loads(line)
    if "refused" in facts:
        raise InvalidDocument(facts["refused"])
    return CleanedPdf(body=body, **facts)


def _run(upload: bytes, title: str, language: str) -> tuple[int, bytes]:
    """Exit code (below 0: the signal) and output of the process. It finds libraries where this one does."""
    command = [sys.executable, "-m", PROGRAM, title, language]
    where = {"PYTHONPATH": os.pathsep.join(folder for folder in sys.path if folder), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the title is an argument, and no shell reads it
            command, input=upload, capture_output=True, timeout=TIMEOUT, check=False, env=where
        )
    except subprocess.TimeoutExpired:
        return -1, b""
    return done.returncode, done.stdout
