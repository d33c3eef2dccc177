"""Text in pictures: boxes, crops, detectors, recognisers."""
