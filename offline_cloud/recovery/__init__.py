"""The way on after a crash: requests nobody heard the end of, damaged stores, lost or damaged states."""
