"""Numbers, sentences and the facts they state, for the terminal and the pages alike."""
