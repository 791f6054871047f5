"""What a browser sends, kept on the disk while its page is open."""
