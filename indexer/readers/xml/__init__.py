"""Read XML that says where print stands: ALTO, PAGE and hOCR, and METS, which describes the files beside it."""
