"""Read files into trees of nodes, each with its place; record what is wrong with them."""
