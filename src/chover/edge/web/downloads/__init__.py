"""What people have uploaded, the server's emoji and the pictures of previews, whole or in parts."""
