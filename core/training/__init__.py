"""How a network learns: losses, augmentation, the loop; yields its progress and stores nothing."""
