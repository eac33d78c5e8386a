package policy

// Sections returns the names of the sections that a function works with, by the
// function's folder; nil for one that has no policy. A function is shipped these and
// requires these, so that it neither carries rules that it does not apply nor starts
// without one that it should.
func Sections(function string) []string {
	switch function {
	case "presignup":
		return []string{"signUp"}
	case "postconfirmation", "postauthentication", "reconcile":
		return []string{"mirror"}
	case "pretokengeneration":
		// A token is also the moment at which a missing PROFILE is written.
		return []string{"mirror", "tokens"}
	}
	return nil
}
