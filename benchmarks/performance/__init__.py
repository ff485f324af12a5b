"""What a message, a connection and a search cost, beside other servers, and how that grows: ``make bench``."""
