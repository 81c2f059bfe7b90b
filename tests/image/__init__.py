"""The image and its composition: checked as files, and built step by step without a container engine."""
