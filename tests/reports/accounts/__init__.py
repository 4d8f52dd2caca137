"""Made-up accounts and histories that mails are written of."""
