"""Success fees: invoices and credit notes in our own books, and through the provider."""
