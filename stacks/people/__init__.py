"""What reaches people: mail, chat, tickets, the portal, and when reviews are made."""
