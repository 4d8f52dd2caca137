"""What all reviews share: facts, figures, periods, words, who handles what."""
