package sheet

// Guarded reports whether a CSV of ours holds a text with an apostrophe in front, which readers take away again only
// where there is a _row column.
func Guarded(text string) bool { return risky(text) }
