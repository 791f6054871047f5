"""What Home and Class balance show: what is there, how the work goes, how rare each label is."""
