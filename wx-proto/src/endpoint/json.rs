//! Reading JSON replies: tolerant of what the servers of all years send.
