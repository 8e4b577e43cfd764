"""What is varied: dimensions, changes, plans of points, parameter sets, and outcomes asked for."""
