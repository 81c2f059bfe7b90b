"""The life of a case: what people do with it, who may, what that says of the rules."""
