"""From results to what people look at: the figures that are printed, and pictures."""
