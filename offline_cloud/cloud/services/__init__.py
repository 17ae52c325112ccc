"""What each service of AWS accepts and answers: one folder for each service."""
