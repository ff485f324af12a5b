"""What somebody is writing: the input line of one server, and the drafts of its conversations."""
