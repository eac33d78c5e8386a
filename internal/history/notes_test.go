package history

import (
	"maps"
	"reflect"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// note counts the situations in which a write finds the rows, so that a proof that never
// meets one fails.
func (w *world) note(q *user, source string, before, after users.Rows) {
	b, a := before.Profile, after.Profile
	same := reflect.DeepEqual(before, after)
	for what, met := range map[string]bool{
		"an event came after the tombstone":          same && !b.DeletedAt.IsZero() && source != sweep.Source,
		"an event lost against a newer write":        same && b.DeletedAt.IsZero() && !b.AttrsAt.IsZero() && source != sweep.Source,
		"an event made a row for a user who is gone": b.AttrsAt.IsZero() && !a.AttrsAt.IsZero() && !q.alive(),
		"an event changed what a sweep wrote":        !same && b.CreatedBy == sweep.Source && source != sweep.Source,
		"a sweep made a row":                         b.AttrsAt.IsZero() && a.CreatedBy == sweep.Source,
		"a sweep lost against a newer event":         same && source == sweep.Source,
		"a sweep changed what an event wrote":        !same && !b.AttrsAt.IsZero() && b.CreatedBy != sweep.Source && source == sweep.Source,
		"a row was buried":                           b.DeletedAt.IsZero() && !a.DeletedAt.IsZero(),
		"a row was buried whose name another has":    b.DeletedAt.IsZero() && !a.DeletedAt.IsZero() && w.pool.called(q.now().username) != nil,
		"a row of rights was buried":                 len(before.Authz.Roles) > 0 && after.Authz.Status == table.Deleted,
		"a disabled user was marked":                 a.Disabled,
		"an address was left":                        a.PreviousEmail != "" && b.PreviousEmail == "",
		"a sign-in was counted again and again":      after.SignIn.Count > 2,
	} {
		if met {
			w.noted[what]++
		}
	}
}

// situations are all that a few thousand histories must meet.
var situations = []string{
	"an event came after the tombstone", "an event lost against a newer write", "an event made a row for a user who is gone",
	"an event changed what a sweep wrote", "a sweep made a row", "a sweep lost against a newer event", "a sweep changed what an event wrote",
	"a row was buried", "a row was buried whose name another has", "a row of rights was buried", "an address was left", "a sign-in was counted again and again",
	"a token said roles", "a token was refused", "a token healed a row", "a sweep was stopped in phase list", "a sweep was stopped in phase scan",
	"a sweep was stopped in phase ask", "a page token was refused", "a user was asked for and was there", "the list was behind",
	"a disabled user was marked", "a sign-in left PROFILE alone",
}

// missing returns the situations that were never met.
func missing(noted map[string]int) (never []string) {
	for _, what := range situations {
		if noted[what] == 0 {
			never = append(never, what)
		}
	}
	return never
}

// add sums what was noted, and returns notes that are not in the list.
func add(sum, noted map[string]int) (unlisted []string) {
	for _, what := range slices.Sorted(maps.Keys(noted)) {
		sum[what] += noted[what]
		if !slices.Contains(situations, what) {
			unlisted = append(unlisted, what)
		}
	}
	return unlisted
}
