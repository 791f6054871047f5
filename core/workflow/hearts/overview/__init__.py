"""All slices of a heart at a glance: small pictures and masks of them, and what is known of each."""
