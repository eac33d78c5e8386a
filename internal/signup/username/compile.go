package username

import (
	"fmt"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
)

// Compile checks the user name's section of a sign-up policy, which is at path, and
// returns all faults. The caller checks mode and appliesTo, as for every rule. The Rule
// shares nothing with the section.
func Compile(path string, section policy.Username) (*Rule, policy.Faults) {
	c := compiler{path: path}
	r := &Rule{
		least: section.MinLength, most: section.MaxLength,
		reserved: make(map[string]struct{}, 2*len(section.Reserved)),
		mixed:    section.MixedScripts, likeAnother: section.LookAlikes,
	}
	c.lengths(r)
	for i, name := range section.Reserved {
		c.reserve(r, policy.Item(policy.Child(path, "reserved"), i), name)
	}
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return r, nil
}

type compiler struct {
	path   string
	faults policy.Faults
}

// lengths checks the limits and sets Cognito's as the default.
func (c *compiler) lengths(r *Rule) {
	if r.least < 0 || r.least > MaxLength {
		c.faults.Add(policy.Child(c.path, "minLength"), fmt.Sprintf("%d is out of range", r.least), fmt.Sprintf("use 1 to %d, or remove it", MaxLength))
	}
	if r.most < 0 || r.most > MaxLength {
		c.faults.Add(policy.Child(c.path, "maxLength"), fmt.Sprintf("%d is out of range", r.most), fmt.Sprintf("use 1 to %d, or remove it", MaxLength))
	}
	if r.most == 0 {
		r.most = MaxLength
	}
	if r.most > 0 && r.least > r.most && r.least <= MaxLength {
		c.faults.Add(policy.Child(c.path, "minLength"), fmt.Sprintf("%d is more than maxLength, so nobody can sign up", r.least), "make it less")
	}
}

// reserve adds a name in the shapes of its lower-case and upper-case letters.
func (c *compiler) reserve(r *Rule, path, name string) {
	mapped, ok := caseMapped(name)
	if name == "" || !ok || utf8.RuneCountInString(name) > MaxLength {
		c.faults.Add(path, policy.Shown(name)+" cannot be a user name, so it needs no reserving", "remove it, or write it as users would choose it")
		return
	}
	var known looks
	shape := known.shapeOf(mapped)
	if _, twice := r.reserved[shape]; twice {
		c.faults.Add(path, policy.Shown(name)+" is reserved already, by an entry that reads the same", "remove one of the two")
		return
	}
	r.reserved[shape] = struct{}{}
	r.reserved[known.shapeOf(email.Upper(mapped))] = struct{}{}
}
