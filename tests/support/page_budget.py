"""How much a page may weigh."""

LIMIT = 8_000  # bytes of body, brotli, on the wire (look.md)
FLIGHT = 14_600  # bytes of the first round trip after the handshake: 10 segments of 1,460 (RFC 6928)
