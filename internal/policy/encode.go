package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// FileName is the name of the compiled policy beside a function's binary.
const FileName = "policy.json"

// Encode writes the named sections as the content of policy.json, all of them
// when none is named. Equal documents give equal bytes on every machine: the
// keys stand in a fixed order, what is zero is left out within a section, and a
// named section is there even when all of it is zero. It fails for a section
// that does not exist and for a Claim.Value that JSON cannot hold.
func Encode(doc Document, sections ...Section) ([]byte, error) {
	if len(sections) == 0 {
		sections = []Section{SignUpSection, MirrorSection, TokensSection}
	}
	var f file
	for _, s := range sections {
		switch s {
		case SignUpSection:
			f.SignUp = &doc.SignUp
		case MirrorSection:
			f.Mirror = &doc.Mirror
		case TokensSection:
			f.Tokens = &doc.Tokens
		default:
			return nil, fmt.Errorf("encoding the policy: there is no section %q", s)
		}
	}
	var text bytes.Buffer
	out := json.NewEncoder(&text)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(f); err != nil {
		return nil, fmt.Errorf("encoding the policy: %w", err)
	}
	return text.Bytes(), nil
}
