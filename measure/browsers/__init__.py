"""The end-to-end list in three browser engines, and what is written of them."""
