package history

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

var update = flag.Bool("update", false, "write testdata/counterexamples.txt")

// mutant is a possible mistake, and the words in which a history must find it.
type mutant struct {
	name, want string
	faults     faults
}

func store(change func(*rules)) faults {
	r := lawful()
	change(&r)
	return faults{rules: &r}
}

// mutants returns mistakes that break one thing each and together every invariant.
func mutants() []mutant { return slices.Concat(brokenProfiles(), brokenRows(), brokenSweeps()) }

// brokenProfiles write or bury PROFILE wrongly.
func brokenProfiles() []mutant {
	return []mutant{
		{"PROFILE is written without the condition on deletedAt", "the tombstone PROFILE", store(func(r *rules) {
			r.profile = func(old users.ProfileRow, seen users.Snapshot) (users.ProfileRow, users.Write) {
				old.DeletedAt, old.Status = time.Time{}, ""
				return users.MergeProfile(old, seen)
			}
		})},
		{"the tombstone keeps the address", "holds personal data", store(func(r *rules) {
			r.buryProfile = func(old users.ProfileRow, at time.Time) users.ProfileRow {
				row := users.BuryProfile(old, at)
				row.Email = old.Email
				return row
			}
		})},
		{"an event sets createdAt anew", "the creation of", store(func(r *rules) {
			r.profile = func(old users.ProfileRow, seen users.Snapshot) (users.ProfileRow, users.Write) {
				row, write := users.MergeProfile(old, seen)
				if write == users.Applied {
					row.CreatedAt = seen.At
				}
				return row, write
			}
		})},
		{"a sign-in remembers what it wrote in place of asking PROFILE", "does not say what an event said", store(func(r *rules) {
			wrote := map[users.Key]string{}
			r.profile = func(old users.ProfileRow, seen users.Snapshot) (users.ProfileRow, users.Write) {
				if seen.Source == "PostAuthentication_Authentication" {
					wrote[seen.Key] = seen.Profile.Digest()
				}
				return users.MergeProfile(old, seen)
			}
			r.compare = func(_ users.ProfileRow, seen users.Snapshot) (there, same bool) {
				return wrote[seen.Key] != "", wrote[seen.Key] == seen.Profile.Digest()
			}
		})},
		{"the last write wins, not the newest", "went back", store(func(r *rules) {
			r.profile = func(old users.ProfileRow, seen users.Snapshot) (users.ProfileRow, users.Write) {
				if seen.At.Before(old.AttrsAt) {
					old.AttrsAt = seen.At.Add(-time.Millisecond)
				}
				return users.MergeProfile(old, seen)
			}
		})},
	}
}

// brokenRows count, bury, key or read wrongly.
func brokenRows() []mutant {
	return []mutant{
		{"SIGNIN is written without the condition on deletedAt", "the tombstone SIGNIN", store(func(r *rules) {
			r.signIn = func(old table.SignIn, seen users.SignIn) (table.SignIn, users.Write) {
				old.DeletedAt = time.Time{}
				return users.MergeSignIn(old, seen)
			}
		})},
		{"the tombstone keeps the roles", "holds rights", store(func(r *rules) {
			r.buryAuthz = func(old table.Authz, _ time.Time) table.Authz { old.Status = table.Deleted; return old }
		})},
		{"a sign-in is counted by ADD", "were counted", store(func(r *rules) {
			r.signIn = func(old table.SignIn, seen users.SignIn) (table.SignIn, users.Write) {
				row, write := users.MergeSignIn(old, seen)
				if write != users.Applied && old.DeletedAt.IsZero() {
					row.Count++
				}
				return row, write
			}
		})},
		{"rows are keyed by the user name", "a row was written for", faults{keyedByName: true}},
		{"a token does not ask for the tombstone", "got a token and is buried", store(func(r *rules) {
			r.access = func(_ users.Key, a table.Access) table.Access {
				a.Deleted = false
				a.Authz.Status = table.Active
				return a
			}
		})},
		{"a token's rights are remembered without their owner", "which it was not granted", store(func(r *rules) {
			var last table.Authz
			r.access = func(_ users.Key, a table.Access) table.Access {
				if len(a.Authz.Roles) > 0 {
					last = a.Authz
				}
				a.Authz.Roles = last.Roles
				return a
			}
		})},
	}
}

// brokenSweeps believe, remember or forget wrongly.
func brokenSweeps() []mutant {
	return []mutant{
		{"a sweep heals from a list entry of the last ten minutes", "went back", faults{table: func(t sweep.Table) sweep.Table { return credulous{t} }}},
		{"a sweep believes the list that a user is gone", "was buried alive", faults{pool: func(p sweep.Pool) sweep.Pool { return hasty{p} }}},
		{"a sweep asks for everybody", "the sweep asked for", faults{table: func(t sweep.Table) sweep.Table { return doubting{t} }}},
		{"a sweep bears the operator's clock, which is ahead", "which is to come", faults{pool: func(p sweep.Pool) sweep.Pool { return ahead{p} }}},
		{"a sweep forgets those who are disabled", "Disabled true", faults{pool: func(p sweep.Pool) sweep.Pool { return lenient{p} }}},
		{"a sweep never buries a user", "is gone and has the row", faults{table: func(t sweep.Table) sweep.Table { return immortal{t} }}},
	}
}

// credulous makes every row old, so that the sweep believes the list.
type credulous struct{ sweep.Table }

func (c credulous) Profiles(ctx context.Context, pool string, subs []string) (map[string]users.ProfileRow, error) {
	rows, err := c.Table.Profiles(ctx, pool, subs)
	for sub, row := range rows {
		row.AttrsAt = row.AttrsAt.Add(-sweep.Lag)
		rows[sub] = row
	}
	return rows, err
}

// doubting makes every row new, so that the sweep asks wherever something differs.
type doubting struct{ sweep.Table }

func (d doubting) Profiles(ctx context.Context, pool string, subs []string) (map[string]users.ProfileRow, error) {
	rows, err := d.Table.Profiles(ctx, pool, subs)
	for sub, row := range rows {
		row.AttrsAt = row.AttrsAt.Add(24 * time.Hour)
		rows[sub] = row
	}
	return rows, err
}

// hasty answers from the list: a user who was not listed does not exist.
type hasty struct{ sweep.Pool }

func (h hasty) Get(ctx context.Context, username string) (sweep.Answer, error) {
	answer, err := h.Pool.Get(ctx, username)
	return sweep.Answer{At: answer.At}, err
}

type ahead struct{ sweep.Pool }

func (a ahead) List(ctx context.Context, prefix, token string) (sweep.Page, error) {
	page, err := a.Pool.List(ctx, prefix, token)
	page.At = page.At.Add(time.Minute)
	return page, err
}

type lenient struct{ sweep.Pool }

func (l lenient) List(ctx context.Context, prefix, token string) (sweep.Page, error) {
	page, err := l.Pool.List(ctx, prefix, token)
	for i := range page.Users {
		page.Users[i].Disabled = false
	}
	return page, err
}

type immortal struct{ sweep.Table }

func (immortal) Erase(context.Context, users.Key, time.Time) error { return nil }

// A history must find each mutant. testdata keeps the shortest forms for readers. The
// test only checks that each mutant is among them, since every change of a sweep words
// them differently.
func TestEveryInvariantCanFail(t *testing.T) {
	const kept = "testdata/counterexamples.txt"
	var out bytes.Buffer
	old, err := os.ReadFile(kept)
	for _, m := range mutants() {
		found, seed := find(m)
		if found == nil {
			t.Errorf("%s: no history of %d finds it", m.name, seed)
			continue
		}
		_, w := live(*found, m.faults, true)
		fmt.Fprintf(&out, "# %s: found by history %d\n\n%s\n", m.name, seed, w.story())
		if !*update && (err != nil || !bytes.Contains(old, []byte("# "+m.name+": "))) {
			t.Errorf("%s lacks %q (%v): go test ./internal/history -update writes it", kept, m.name, err)
		}
	}
	if *update {
		if err := os.WriteFile(kept, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// find looks for a history that finds the mutant, and shortens it.
func find(m mutant) (*story, int) {
	fails := func(s story) bool {
		broken, _ := live(s, m.faults, false)
		return strings.Contains(broken, m.want)
	}
	const most = 3000
	for seed := range most {
		if s := stories(8, everything).Example(seed); fails(s) {
			s = shortened(s, fails)
			return &s, seed
		}
	}
	return nil, most
}

// The mutants fail because of their own mistake, not because of the store that they are
// built on.
func TestWithoutAMutantTheRowStorePasses(t *testing.T) {
	for seed := range 300 {
		if broken, _ := live(stories(8, everything).Example(seed), store(func(*rules) {}), false); broken != "" {
			t.Fatal(broken)
		}
	}
}
