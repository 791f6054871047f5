"""Hearts as they are looked at: the pace of the beat, ED and ES, and the long axis cut out of the stack."""
