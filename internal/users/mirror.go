package users

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
)

// These limits are bytes of a PROFILE. Cognito allows 2,048 per value and some seventy
// attributes, 140 KB in all, and any client can fill what it may write. DynamoDB
// charges each write by the whole item.
const (
	MaxValue   = 2048
	MaxProfile = 8 << 10
	// MaxAddress is the longest address: 64 before the @ and 255 after it (RFC 5321,
	// 4.5.3.1). A longer text is not an address, and the row needs room for a previous
	// address, too.
	MaxAddress = 320
	// rowOverhead is the size of PROFILE without the copied part: attribute names, key,
	// times, source, revision and a previous address.
	rowOverhead = MaxKey + 512 + MaxAddress
)

// Mirror turns an event's attributes into a Profile. The zero value and nil copy only
// the user name and the e-mail address. It never changes and is safe for concurrent
// use.
type Mirror struct{ attributes []string }

// CompileMirror checks the policy's allow-list. The error is policy.Faults and names
// every mistake.
func CompileMirror(section policy.Mirror) (*Mirror, error) {
	var faults policy.Faults
	for i, name := range section.Attributes {
		problem, fix := judge(name)
		if first := slices.Index(section.Attributes, name); problem == "" && first < i {
			problem, fix = fmt.Sprintf("%q is listed already as attributes[%d]", name, first), "list it once"
		}
		if problem != "" {
			faults.Add(fmt.Sprintf("mirror.attributes[%d]", i), problem, fix)
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &Mirror{attributes: slices.Clone(section.Attributes)}, nil
}

// judge returns what is wrong with an attribute's name, or "".
func judge(name string) (problem, fix string) {
	custom, isCustom := strings.CutPrefix(strings.TrimPrefix(name, "dev:"), "custom:")
	switch {
	case name == "email" || name == "email_verified" || name == "username":
		return fmt.Sprintf("%q is always mirrored", name), "leave it out"
	case name == "sub" || name == "identities" || strings.HasPrefix(name, "cognito:"):
		return fmt.Sprintf("%q belongs to Cognito and is not copied", name), "leave it out"
	case isCustom && (custom == "" || utf8.RuneCountInString(custom) > 20 || !utf8.ValidString(custom)):
		return fmt.Sprintf("%q is no custom attribute: its name has 1 to 20 characters after custom:", name), "correct the name"
	case !isCustom && !cognito.IsStandard(name, 0):
		return fmt.Sprintf("%q is no attribute of a user pool", name), "write a standard attribute, or custom:NAME for the pool's own"
	}
	return "", ""
}

// Profile copies the attributes of the allow-list, in its order, until the row would be
// too large. It leaves out a value that does not fit, since half a value is a wrong
// one, and marks the profile as truncated.
func (m *Mirror) Profile(username string, attributes map[string]string) Profile {
	p := Profile{}
	room := MaxProfile - rowOverhead
	p.Username = p.take(username, 1, &room)
	// The address is stored a second time as the index's key.
	if address := strings.ToValidUTF8(attributes["email"], "\uFFFD"); len(address) <= MaxAddress {
		p.Email = p.take(address, 2, &room)
	} else {
		p.Truncated = true
	}
	if address, err := email.Parse(p.Email); err == nil {
		p.EmailCollision = p.take(address.Collision(), 1, &room)
	}
	p.EmailVerified = p.Email != "" && attributes["email_verified"] == "true"
	if m == nil {
		return p
	}
	for _, name := range m.attributes {
		left := room - len(name) - 1
		if value := p.take(attributes[name], 1, &left); value != "" {
			if p.Attributes == nil {
				p.Attributes = make(map[string]string, len(m.attributes))
			}
			p.Attributes[name], room = value, left
		}
	}
	return p
}

// take returns the value in valid UTF-8 and subtracts its size, once for each copy,
// from the room. If the value does not fit, it returns "" and marks the profile.
func (p *Profile) take(value string, copies int, room *int) string {
	value = strings.ToValidUTF8(value, "\uFFFD")
	size := copies * len(value)
	if size == 0 {
		return ""
	}
	if len(value) > MaxValue || size > *room {
		p.Truncated = true
		return ""
	}
	*room -= size
	return value
}
