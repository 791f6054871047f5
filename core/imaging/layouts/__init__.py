"""What names, folders and tables say of files: whose heart, which phase, which mask, which split."""
