"""The tag wiki 维基模式: what people and experts say about tags, what the tags are worth, and how far each one has come."""
