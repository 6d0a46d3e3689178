"""The accuracy harness: reads labelled images with several systems, scores them alike, reports what is wrong."""
