//! The main command: a whole estate for a day, played through the real parts.
