//! What runs in a smart locker: key, journal, hardware port, deposit and collection, upload.
