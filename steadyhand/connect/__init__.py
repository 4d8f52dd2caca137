"""The world outside, one thin file each: mail. Chat, GitHub and the rest come later."""
