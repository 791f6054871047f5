"""Whether a store is whole: each check goes through its rows part by part, with one sentence for a fault."""
