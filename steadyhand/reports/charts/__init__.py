"""Pictures in mails: drawn as SVG, sent as PNG."""
