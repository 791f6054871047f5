"""What stands before Streamlit: who may come in, and where uploads go."""
