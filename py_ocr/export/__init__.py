"""What a page can be written as: a file for each format, each with a function from OcrPage to that format."""
