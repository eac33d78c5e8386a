package users_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func at(seconds float64) time.Time {
	return noon.Add(time.Duration(seconds * float64(time.Second)))
}

var (
	ada  = users.Profile{Username: "ada", Email: "a@b.example", EmailVerified: true, Attributes: map[string]string{"name": "Ada"}}
	ada2 = users.Profile{Username: "ada", Email: "a@c.example"}
	// alive is a row that was seen at noon.
	alive = users.ProfileRow{Profile: ada, Status: table.Active, CreatedAt: at(-5), CreatedBy: "first", AttrsAt: at(0), Rev: 3, PreviousEmail: "z@b.example", EmailChangedAt: at(-3)}
	// grave is its tombstone.
	grave = users.ProfileRow{
		Status: table.Deleted, CreatedAt: at(-5), CreatedBy: "first", AttrsAt: at(0), Rev: 3,
		DeletedAt: at(1), ExpiresAt: at(1).Add(90 * 24 * time.Hour),
	}
)

func TestHowASnapshotMerges(t *testing.T) {
	newer := alive
	newer.Profile, newer.AttrsAt, newer.Rev = ada2, at(1), 4
	newer.PreviousEmail, newer.EmailChangedAt = "a@b.example", at(1)
	odd := users.ProfileRow{AttrsAt: at(-1)} // a row made by another program
	for name, c := range map[string]struct {
		row     users.ProfileRow
		seconds float64
		refresh bool
		want    users.ProfileRow
		fate    users.Write
	}{
		"creates":                      {users.ProfileRow{}, 1, false, users.ProfileRow{Profile: ada2, Status: table.Active, CreatedAt: at(1), CreatedBy: "second", AttrsAt: at(1), Rev: 1}, users.Applied},
		"a reset creates nobody":       {users.ProfileRow{}, 1, true, users.ProfileRow{}, users.Unchanged},
		"newer":                        {alive, 1, false, newer, users.Applied},
		"a reset refreshes":            {alive, 1, true, newer, users.Applied},
		"of the same moment":           {alive, 0, false, alive, users.Unchanged},
		"older":                        {alive, -1, false, alive, users.Unchanged},
		"an older reset":               {alive, -1, true, alive, users.Unchanged},
		"after the end":                {grave, 2, false, grave, users.Unchanged},
		"fills in what nobody wrote":   {odd, 0, false, users.ProfileRow{Profile: ada2, Status: table.Active, CreatedAt: at(0), CreatedBy: "second", AttrsAt: at(0), Rev: 1}, users.Applied},
		"leaves a status as it stands": {users.ProfileRow{Status: "odd", AttrsAt: at(-1)}, 0, false, users.ProfileRow{Profile: ada2, Status: "odd", CreatedAt: at(0), CreatedBy: "second", AttrsAt: at(0), Rev: 1}, users.Applied},
	} {
		got, fate := users.MergeProfile(c.row, users.Snapshot{At: at(c.seconds), Source: "second", RefreshOnly: c.refresh, Profile: ada2})
		if fate != c.fate || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: the write was %q and left\n%+v, want %q and\n%+v", name, fate, got, c.fate, c.want)
		}
	}
}

// TestTheLastVerifiedAddressIsKept follows one user through several addresses.
func TestTheLastVerifiedAddressIsKept(t *testing.T) {
	row, seconds := users.ProfileRow{}, 0.0
	for _, step := range []struct {
		email    string
		verified bool
		previous string
		changed  float64 // 0: never
	}{
		{"a@b.example", false, "", 0},
		{"b@b.example", false, "", 0}, // the first was never verified
		{"b@b.example", true, "", 0},
		{"B@b.Example", true, "", 0}, // the same mailbox
		{"c@b.example", false, "B@b.Example", 5},
		{"d@b.example", true, "B@b.Example", 5},
		{"d@b.example", false, "B@b.Example", 5},
		{"d@b.example", true, "B@b.Example", 5},
		{"", false, "d@b.example", 9},
	} {
		seconds++
		row, _ = users.MergeProfile(row, users.Snapshot{At: at(seconds), Profile: users.Profile{Email: step.email, EmailVerified: step.verified}})
		want := time.Time{}
		if step.changed > 0 {
			want = at(step.changed)
		}
		if row.PreviousEmail != step.previous || !row.EmailChangedAt.Equal(want) {
			t.Errorf("step %v to %q: the previous address is %q, since %v; want %q, since %v", seconds, step.email, row.PreviousEmail, row.EmailChangedAt, step.previous, want)
		}
	}
}

func TestHowASignInMerges(t *testing.T) {
	row := table.SignIn{First: at(-60), Mark: at(0), Last: at(10), Count: 7, LastClient: "web"}
	moved := row
	moved.Last = at(20)
	buried := users.BurySignIn(row, at(11))
	for name, c := range map[string]struct {
		row     table.SignIn
		seconds float64
		want    table.SignIn
		fate    users.Write
	}{
		"the first":                      {table.SignIn{}, 0, table.SignIn{First: at(0), Mark: at(0), Last: at(0), Count: 1, LastClient: "app"}, users.Applied},
		"behind the window":              {row, 30.001, table.SignIn{First: at(-60), Mark: at(30.001), Last: at(30.001), Count: 8, LastClient: "app"}, users.Applied},
		"behind the mark's window only":  {row, 20.001, table.SignIn{First: at(-60), Mark: at(20.001), Last: at(20.001), Count: 8, LastClient: "app"}, users.Advanced},
		"at the edge of the last one's":  {row, 30, table.SignIn{First: at(-60), Mark: at(30), Last: at(30), Count: 8, LastClient: "app"}, users.Advanced},
		"at the window's edge":           {row, 20, moved, users.Advanced},
		"no later than the last":         {row, 10, row, users.Unchanged},
		"before the last":                {row, 5, row, users.Late},
		"long before":                    {row, -100, row, users.Late},
		"after the end":                  {buried, 100, buried, users.Late},
		"of a row that never had a Last": {table.SignIn{Mark: at(0)}, 1, table.SignIn{Mark: at(0)}, users.Late},
	} {
		got, fate := users.MergeSignIn(c.row, users.SignIn{At: at(c.seconds), ClientID: "app"})
		if fate != c.fate || got != c.want {
			t.Errorf("%s: the write was %q and left\n%+v, want %q and\n%+v", name, fate, got, c.fate, c.want)
		}
	}
}

// TestR32_ATombstoneKeepsNothingOfAPerson also shows that the first tombstone stays.
func TestR32_ATombstoneKeepsNothingOfAPerson(t *testing.T) {
	when := at(1).Add(999 * time.Microsecond)
	if got := users.BuryProfile(alive, when); !reflect.DeepEqual(got, grave) {
		t.Errorf("PROFILE became %+v, want %+v", got, grave)
	}
	if got := users.BuryProfile(grave, at(50)); !reflect.DeepEqual(got, grave) {
		t.Errorf("a tombstone became %+v", got)
	}
	stone := table.SignIn{DeletedAt: at(1), ExpiresAt: grave.ExpiresAt}
	if got := users.BurySignIn(table.SignIn{First: noon, Mark: noon, Last: noon, Count: 3, LastClient: "web"}, when); got != stone {
		t.Errorf("SIGNIN became %+v, want %+v", got, stone)
	}
	if got := users.BurySignIn(stone, at(50)); got != stone {
		t.Errorf("a tombstone became %+v", got)
	}
	end := table.Authz{Schema: 1, Status: table.Deleted, Rev: 4, At: at(1), ExpiresAt: grave.ExpiresAt}
	full := table.Authz{Schema: 1, Roles: []string{"admin"}, Tenants: []string{"acme"}, Tenant: "acme", TenantRoles: map[string][]string{"acme": {"owner"}}, Extra: map[string]any{"a": 1}, Rev: 4, By: "grace", At: noon}
	if got := users.BuryAuthz(full, when); !reflect.DeepEqual(got, end) {
		t.Errorf("AUTHZ became %+v, want %+v", got, end)
	}
	if odd := (table.Authz{Status: table.Deleted, Tenant: "kept", Rev: 5}); !reflect.DeepEqual(users.BuryAuthz(odd, when), odd) {
		t.Error("a tombstone was written again")
	}
}

func TestATombstoneExpiresInWholeSecondsOfUTC(t *testing.T) {
	berlin := time.FixedZone("Berlin", 3600)
	if got, want := users.Expiry(at(0.999).In(berlin)), noon.Add(users.Grave); !got.Equal(want) || got.Location() != time.UTC {
		t.Errorf("it expires at %v, want %v", got, want)
	}
}
