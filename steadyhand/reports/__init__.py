"""From values to what people read: mails, text, pictures, calendar files, JSON."""
