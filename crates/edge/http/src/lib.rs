//! The HTTP servers under the pages.
