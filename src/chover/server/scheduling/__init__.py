"""Messages that are said later, and reminders: what is kept, what devices are told, and the job that does them."""
