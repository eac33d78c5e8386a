package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
)

// redactor replaces what belongs to an account or a user, and keeps every member, type
// and list length. Equal values have equal replacements throughout a run, so that a
// reader still sees which were equal.
type redactor struct {
	known []string // pairs: value, replacement
	seen  map[string]string
}

func newRedactor(t journey.Target) *redactor {
	region, _, _ := strings.Cut(t.PoolID, "_")
	return &redactor{seen: map[string]string{}, known: []string{
		t.PoolID, region + "_Ex4mpl3Id", t.WebClientID, "1web1client1of1the1stack",
		t.MachineClientID, "2machine2client2of2the2stack", t.AdaEmail, "ada@example.com", t.GraceEmail, "grace@example.com",
		t.DeniedEmail, "mallory@mail.blocked.example",
	}}
}

// Values that are personal by their form.
const (
	uuidForm    = `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`
	emailForm   = `[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`
	accountForm = `\b[0-9]{12}\b`
)

// redact returns the event without personal data.
func (r *redactor) redact(document string) string {
	document = strings.NewReplacer(r.known...).Replace(document)
	document = r.each(uuidForm, document, "f3d4c5b6-0001-4a5b-8c9d-a000000%05x")
	document = regexp.MustCompile(emailForm).ReplaceAllStringFunc(document, func(address string) string {
		if strings.HasSuffix(address, "example.com") || strings.HasSuffix(address, ".example") {
			return address
		}
		return r.standIn(address, "person%d@example.com")
	})
	return regexp.MustCompile(accountForm).ReplaceAllString(document, "123456789012")
}

func (r *redactor) each(form, document, standIn string) string {
	return regexp.MustCompile(form).ReplaceAllStringFunc(document, func(value string) string { return r.standIn(value, standIn) })
}

func (r *redactor) standIn(value, form string) string {
	if r.seen[value] == "" {
		r.seen[value] = fmt.Sprintf(form, len(r.seen)+1)
	}
	return r.seen[value]
}

// check returns an error if a redacted text still contains personal data; the caller then
// keeps nothing of it.
func (r *redactor) check(text string) error {
	for i := 0; i < len(r.known); i += 2 {
		if r.known[i] != r.known[i+1] && strings.Contains(text, r.known[i]) {
			return fmt.Errorf("an event still holds what stands for %s; nothing of it is kept", r.known[i+1])
		}
	}
	for value, standIn := range r.seen {
		if strings.Contains(text, value) {
			return fmt.Errorf("an event still holds what stands for %s; nothing of it is kept", standIn)
		}
	}
	return nil
}

// write keeps one event.
func (r *redactor) write(file, document string) error {
	text := r.redact(document)
	if err := r.check(text); err != nil {
		return err
	}
	if err := os.WriteFile(file, []byte(text+"\n"), 0o600); err != nil {
		return fmt.Errorf("keeping an event: %w", err)
	}
	return nil
}
