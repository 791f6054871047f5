"""Hearts as they are looked at: the pace of the beat, ED and ES, long axes, and the axis of volumes."""
