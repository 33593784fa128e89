//! What runs beside a CCTV recorder.
