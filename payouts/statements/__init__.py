"""Monthly payment statements, platform invoices, and the tax withheld."""
