"""The world outside, one thin file each: mail, chat, tickets."""
