"""The course report, reproduced: a client of the trainings, of which the app knows nothing."""
