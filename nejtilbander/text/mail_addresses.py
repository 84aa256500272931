"""One form for every way to write an e-mail address (RFC 5321), with the domain as IDNA 2008 has it (RFC 5891).

Python's own codec is IDNA 2003: it writes to strasse.de when straße.de was meant, and those are two domains.
"""

import re
import unicodedata

import idna

from nejtilbander.text.invisible import strip_invisible

# RFC 6761 and what IANA has set aside since: no mail is ever delivered there.
NO_MAIL = frozenset({"localhost", "local", "invalid", "internal", "onion", "arpa"})


def clean(typed: str) -> str:
    """The address in what somebody typed or pasted: "mailto:", a name around it and a full stop after it left out.

    Its domain is in ASCII if it can be. Nothing else is judged here.
    """
    text = unicodedata.normalize("NFKC", strip_invisible(typed)).replace("。", ".").strip()
    text = text.rstrip(" .,;:")
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1].strip()
    if re.match("mailto:", text, re.IGNORECASE):
        text = text[len("mailto:") :].partition("?")[0]
    local, at, domain = (part.strip() for part in text.rpartition("@"))
    try:
        return f"{local}{at}{ascii_domain(domain)}"
    except UnicodeError:
        return f"{local}{at}{domain}"


def ascii_domain(domain: str) -> str:
    """`domain` in ASCII and lower case, without a dot at its end. Raises UnicodeError when it is no name."""
    return idna.encode(domain, uts46=True, std3_rules=True).decode().rstrip(".")


def canonical(address: str) -> str:
    """The form in which two addresses are compared: `clean`, in lower case."""
    return clean(address).casefold()


def takes_mail(domain: str) -> bool:
    """True for the name of a domain in ASCII that can have mail: no single word, no IP address, none of NO_MAIL."""
    above, dot, top = domain.rpartition(".")
    return (
        bool(above and dot)
        and domain.isascii()
        and not top.isdigit()
        and not domain.endswith("]")
        and top not in NO_MAIL
    )


def as_header(address: str) -> str:
    """`address`, with a name before it or not, as it is handed to the mail server: with its domain in ASCII.

    Raises UnicodeError when the domain has no such form.
    """
    local, at, rest = address.rpartition("@")
    domain = rest.rstrip("> ")
    return address if domain.isascii() else f"{local}{at}{ascii_domain(domain)}{rest[len(domain) :]}"
