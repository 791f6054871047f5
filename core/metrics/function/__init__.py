"""From the areas of slices to the function of a heart, and how sure its figures are."""
