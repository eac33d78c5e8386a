package webhook

// Person is who the old app says it is.
type Person struct {
	Username   string
	Attributes map[string]string
}

// Verdict is what the old app says.
type Verdict int

// The verdicts.
const (
	Unknown Verdict = iota
	Wrong
	Right
)
