"""Things that two people may do at the same moment, done by processes that begin together."""
