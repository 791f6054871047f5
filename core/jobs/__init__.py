"""Long work in processes of its own: kinds of run, their queues, their workers, what these report."""
