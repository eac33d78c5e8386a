package policy

// Section is one part of the document: what one decision needs.
type Section string

// The sections, named like their key in policy.json and in the YAML.
const (
	SignUpSection Section = "signUp"
	MirrorSection Section = "mirror"
	TokensSection Section = "tokens"
)

// Sections gives the sections that a function works with, by the function's
// name as in triggers/<name>, or reconcile; nil for any other name.
// A function is shipped these and requires these, so that it neither carries
// rules that it does not apply nor starts without one that it should.
func Sections(function string) []Section {
	switch function {
	case "presignup":
		return []Section{SignUpSection}
	case "postconfirmation", "postauthentication", "reconcile":
		return []Section{MirrorSection}
	case "pretokengeneration":
		// A token is also the moment at which a missing PROFILE is written.
		return []Section{MirrorSection, TokensSection}
	}
	return nil
}

// file is policy.json: a document of which only some sections are there.
type file struct {
	SignUp *SignUp `json:"signUp,omitempty"`
	Mirror *Mirror `json:"mirror,omitempty"`
	Tokens *Tokens `json:"tokens,omitempty"`
}

// has reports whether the file holds a section.
func (f file) has(s Section) bool {
	switch s {
	case SignUpSection:
		return f.SignUp != nil
	case MirrorSection:
		return f.Mirror != nil
	case TokensSection:
		return f.Tokens != nil
	}
	return false
}

// document gives the file's sections their place; an absent one is zero.
func (f file) document() Document {
	var d Document
	if f.SignUp != nil {
		d.SignUp = *f.SignUp
	}
	if f.Mirror != nil {
		d.Mirror = *f.Mirror
	}
	if f.Tokens != nil {
		d.Tokens = *f.Tokens
	}
	return d
}
