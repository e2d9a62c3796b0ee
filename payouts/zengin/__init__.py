"""The second rail: bank transfer files (総合振込) that the operator pays from its bank account for client money."""
