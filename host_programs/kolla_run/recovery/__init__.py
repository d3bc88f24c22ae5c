"""What brings a cloud back that does not come back by itself, and what switches one off so that it does."""
