//! One journal alone.
