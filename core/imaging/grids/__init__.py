"""Where files lie in the patient, compared in one place: the same, exactly turned, or different in words."""
