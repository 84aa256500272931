"""Searches files for secrets, in every way they could stand there."""

import base64


def forms_of(secret):
    """Every way `secret` could stand in a file: plain, two bytes a letter, hex, and base64 wherever it begins."""
    plain = (
        [secret] if isinstance(secret, bytes) else [secret.encode(code) for code in ("utf8", "utf-16-le", "utf-16-be")]
    )
    for raw in plain:
        yield from (raw, raw.hex().encode(), raw.hex().upper().encode())
        for shift in range(3):
            # The letters of base64 that depend on the secret alone, when `shift` bytes stand before it.
            whole = base64.b64encode(bytes(shift) + raw)[(shift * 8 + 5) // 6 : (shift + len(raw)) * 8 // 6]
            yield from {whole, whole.replace(b"+", b"-").replace(b"/", b"_")}


def hits(haystacks, secrets):
    """(where, secret) for everything found: nothing, one hopes."""
    needles = [(secret, form) for secret in secrets for form in forms_of(secret)]
    return sorted({(where, secret) for where, hay in haystacks.items() for secret, form in needles if form in hay})
