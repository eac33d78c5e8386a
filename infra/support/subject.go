package support

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Subject is the user whose tokens are previewed. Its file has what authz show --json
// writes, and what the pool knows.
type Subject struct {
	directory.Authz
	Username string `json:"username,omitempty"`
	// Attributes are those of the pool, by Cognito's names.
	Attributes map[string]string `json:"attributes,omitempty"`
	// Groups are the user's groups in the pool.
	Groups []string `json:"groups,omitempty"`
	// PoolStatus is the pool's (CONFIRMED, EXTERNAL_PROVIDER …); "" means CONFIRMED.
	PoolStatus string `json:"poolStatus,omitempty"`
}

// sampleSub stands for a missing sub and is as long as a real one.
const sampleSub = "00000000-0000-4000-8000-000000000000"

// ReadSubject reads the user from a file.
func ReadSubject(file string) (Subject, error) {
	in, err := os.Open(file)
	if err != nil {
		return Subject{}, fmt.Errorf("reading the user: %w", err)
	}
	defer in.Close()
	decoder := json.NewDecoder(in)
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	var p Subject
	if err := decoder.Decode(&p); err != nil {
		return Subject{}, fmt.Errorf("reading the user from %s: %w; it has the members of `ops authz show --json`, and username, attributes, groups", file, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Subject{}, fmt.Errorf("reading the user from %s: there is more behind the object", file)
	}
	switch p.Status {
	case "", table.Active, table.Suspended, table.Deleted, table.Unreadable:
		return p, nil
	}
	return Subject{}, fmt.Errorf("reading the user from %s: status is %q: write active, suspended or deleted", file, p.Status)
}

// copied sets what PROFILE has of the pool's attributes.
func (p *Subject) copied(profile directory.Profile) {
	maps.Copy(p.Attributes, profile.Attributes)
	p.Username = profile.Username
	if profile.Email != "" {
		p.Attributes["email"], p.Attributes["email_verified"] = profile.Email, fmt.Sprint(profile.EmailVerified)
	}
}

// attributes returns the user's attributes as in an event.
func (p Subject) attributes() map[string]string {
	all := map[string]string{"sub": p.sub(), "cognito:user_status": cmp.Or(p.PoolStatus, "CONFIRMED")}
	maps.Copy(all, p.Attributes)
	return all
}

func (p Subject) sub() string { return cmp.Or(p.Sub, sampleSub) }

func (p Subject) username() string { return cmp.Or(p.Username, p.sub()) }

// access returns what the table says of the user.
func (p Subject) access() table.Access {
	return table.Access{Known: true, Deleted: p.Status == table.Deleted, Authz: p.Authz.Authz}
}
