"""From tokenised documents to segment files, and from several segments to one."""
