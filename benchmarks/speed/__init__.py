"""How long things take: the app in a browser, its pages, a training, a prediction, scores, imports."""
