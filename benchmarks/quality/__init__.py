"""How good results are: scores of models, and what clicks, queues and retraining bring in a simulated lab."""
