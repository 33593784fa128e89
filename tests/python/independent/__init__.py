"""The formats of FORMAT.md a second time, in another language: nothing here calls the Rust code.

Only the standard library and `cryptography` (for Ed25519 itself) are used. The schema is read from the
`.proto` files' text.
"""
