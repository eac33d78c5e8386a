package policy

// Sentences holds what people read when they are refused, in the operator's own
// words: locale, then code, then sentence (sentences.de.email-missing). A code
// that a locale leaves out is said in English. The codes and the English are in
// the program (`go run ./infra/cmd/ops explain`).
type Sentences map[string]map[string]string
