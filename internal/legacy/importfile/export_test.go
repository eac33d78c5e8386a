package importfile

// Limit sets other limits than Cognito's.
func (w *Writer) Limit(rows, bytes int) { w.mostRows, w.mostBytes = rows, bytes }
