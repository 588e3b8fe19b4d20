"""The texts of sample issues that are made into files of printed formats, by scripts/build_samples."""
