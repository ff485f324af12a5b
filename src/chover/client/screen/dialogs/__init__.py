"""What the line at the bottom is for when it is not for saying something."""
