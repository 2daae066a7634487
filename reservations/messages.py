"""What each message about a reservation says, read when it is sent."""
