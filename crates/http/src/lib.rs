//! Empty until it has something to hold.
