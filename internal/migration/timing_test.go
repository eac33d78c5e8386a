package migration_test

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/check"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
	"github.com/cognito-triggers/cognito-triggers/internal/migration"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// TestR102_AnUnknownNameTakesAsLongAsAWrongPassword asks in turns for names that wait, with wrong
// passwords, and for names that nobody has. The figure is the probability that an answer for an
// unknown name takes longer than one for a wrong password (Mann and Whitney): one half, if
// nobody can tell them apart. Its standard deviation is 0.02 for 400 answers of each, and the
// test allows five of them. Both sides suffer alike from what else the machine does.
func TestR102_AnUnknownNameTakesAsLongAsAWrongPassword(t *testing.T) {
	n := form.Often(t, 0, 0, 400)
	text, err := bcrypt.GenerateFromPassword([]byte("right"), 6)
	if err != nil {
		t.Fatal(err)
	}
	waiting := map[string]table.Legacy{}
	for i := range n {
		waiting[fmt.Sprint("known", i)] = table.Legacy{Hash: string(text), Attributes: map[string]string{"email": "a@b.example"}}
	}
	section := policy.Migration{Hashes: []policy.HashShare{{Kind: "bcrypt:6"}}}
	w := newWorld(t, section, waiting)
	m, err := migration.Compile(section, "key", w.store, func(h hash.Hash, password string) (bool, error) {
		return check.Password(h, password, check.Keys{})
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	took := func(name string) time.Duration {
		began := time.Now()
		if verdict, err := m.SignIn(t.Context(), pool, name, cognito.NewPassword("guess"), noon); err != nil || verdict.Response != nil {
			t.Fatalf("%+v, %v", verdict, err)
		}
		return time.Since(began)
	}
	var known, unknown []time.Duration
	for i := range n {
		known, unknown = append(known, took(fmt.Sprint("known", i))), append(unknown, took(fmt.Sprint("nobody", i)))
	}
	longer := 0.0
	for _, a := range unknown {
		for _, b := range known {
			switch {
			case a > b:
				longer++
			case a == b:
				longer += 0.5
			}
		}
	}
	figure := longer / float64(n*n)
	t.Logf("an unknown name takes longer with a probability of %.3f", figure)
	if figure < 0.4 || figure > 0.6 {
		t.Errorf("an unknown name takes longer than a wrong password with a probability of %.3f", figure)
	}
}
