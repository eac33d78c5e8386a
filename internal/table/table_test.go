package table_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// stays are the columns of a user that an erasure leaves as they are. They say that
// there was a user, and when, and hold no personal data.
var stays = []string{"createdAt", "createdBy", "attrsAt", "rev", "authzRev", "authzSchema"}

// TestAnErasureLeavesNoOtherColumn asks that an erasure removes a new column, or that
// the list above has it for a reason.
func TestAnErasureLeavesNoOtherColumn(t *testing.T) {
	kept := func(c table.Column) bool { return !table.Erased(c) }
	left := slices.Concat(table.Names[table.Profile](kept), table.Names[table.SignIn](kept), table.Names[table.Authz](kept))
	slices.Sort(left)
	if want := slices.Sorted(slices.Values(stays)); !slices.Equal(left, want) {
		t.Errorf("an erasure leaves %v, want %v", left, want)
	}
}

func TestTheTagsOfEveryColumnAreKnownWords(t *testing.T) {
	for _, row := range []reflect.Type{
		reflect.TypeFor[table.Profile](), reflect.TypeFor[table.SignIn](), reflect.TypeFor[table.Authz](), reflect.TypeFor[table.Client](), reflect.TypeFor[table.Sweep](), reflect.TypeFor[table.Suspects](), reflect.TypeFor[table.Attachment](), reflect.TypeFor[table.Legacy](), reflect.TypeFor[table.Tries](),
	} {
		for i := range row.NumField() {
			field := row.Field(i)
			if name, _, _ := strings.Cut(field.Tag.Get("dynamodbav"), ","); name == "" {
				t.Errorf("%s.%s names no attribute", row.Name(), field.Name)
			}
			for word := range strings.FieldsSeq(field.Tag.Get("is")) {
				if !slices.Contains([]string{"token", "personal", "grave", "ttl"}, word) {
					t.Errorf("%s.%s is %q, which means nothing", row.Name(), field.Name, word)
				}
			}
		}
	}
}

func TestWritersMayMentionTheKeyAndAllButWhatEndsARow(t *testing.T) {
	every := func(table.Column) bool { return true }
	for row, lists := range map[string][2][]string{
		table.ProfileRow: {table.Written[table.Profile](), table.Names[table.Profile](every)},
		table.SignInRow:  {table.Written[table.SignIn](), table.Names[table.SignIn](every)},
		table.AuthzRow:   {table.Written[table.Authz](), table.Names[table.Authz](every)},
	} {
		want := slices.DeleteFunc(append([]string{"pk", "sk"}, lists[1]...), func(name string) bool { return name == "expiresAt" })
		if !slices.Equal(lists[0], want) || len(want) != len(lists[1])+1 {
			t.Errorf("writers of %s may mention %v, want %v", row, lists[0], want)
		}
	}
}

func TestASuspendedOrDeletedUserIsDenied(t *testing.T) {
	for denied, all := range map[bool][]table.Access{
		false: {{}, {Known: true}, {Authz: table.Authz{Status: table.Active}}},
		true:  {{Authz: table.Authz{Status: table.Suspended}}, {Deleted: true}, {Authz: table.Authz{Status: table.Unreadable}}, {Authz: table.Authz{Status: "Suspended"}}},
	} {
		for _, access := range all {
			if access.Denied() != denied {
				t.Errorf("%+v: denied %v", access, !denied)
			}
		}
	}
}

func TestAUserActsForTheDefaultTenantToo(t *testing.T) {
	for _, c := range []struct {
		row  table.Authz
		want []string
	}{
		{table.Authz{}, nil},
		{table.Authz{Tenants: []string{"a", "b"}}, []string{"a", "b"}},
		{table.Authz{Tenant: "b", Tenants: []string{"a", "b"}}, []string{"a", "b"}},
		{table.Authz{Tenant: "c", Tenants: []string{"a", "b"}}, []string{"c", "a", "b"}},
		{table.Authz{Tenant: "c"}, []string{"c"}},
	} {
		if got := c.row.AllTenants(); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.row, got, c.want)
		}
	}
}

func TestOnlyKeepsTheColumnsThatAreAskedFor(t *testing.T) {
	row := table.Authz{Roles: []string{"a"}, By: "grace", At: time.Unix(1, 0), Rev: 7}
	if got, want := table.Only(row, table.Token), (table.Authz{Roles: []string{"a"}, Rev: 7}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestTheOrderOfTimesIsTheOrderOfTheirStrings(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 999_999, time.FixedZone("", 3600))
	if got := table.Time(at); got != "2026-03-01T11:00:00.000Z" || got >= table.Time(at.Add(time.Millisecond)) {
		t.Errorf("got %s", got)
	}
}

func TestAKeyNamesTheUserOrThePool(t *testing.T) {
	if got := table.UserRows(); !slices.Equal(got, []string{"PROFILE", "SIGNIN", "AUTHZ"}) {
		t.Errorf("got %v", got)
	}
	if got := table.User("pool", "sub"); got != "USER#pool#sub" {
		t.Errorf("got %s", got)
	}
	if got := table.SweepKey("pool"); got != (table.Keys{PK: "SWEEP#pool", SK: "PASS"}) {
		t.Errorf("got %+v", got)
	}
	if got := table.SuspectsKey("pool", "dry", "a3"); got != (table.Keys{PK: "SWEEP#pool", SK: "SUSPECTS#dry#a3"}) {
		t.Errorf("got %+v", got)
	}
	if got := table.AttachKey("pool"); got != (table.Keys{PK: "ATTACH#pool", SK: "ATTACH"}) {
		t.Errorf("got %+v", got)
	}
	const ada = "b5fc85e55755f9e0d030a10ab4429b6b2944855f9a0d60077fe832becbc41d72" // SHA-256 of ada@example.com
	if got := table.LegacyKey("pool", " Ada@Example.com"); got != (table.Keys{PK: "LEGACY#pool#" + ada, SK: "LEGACY"}) {
		t.Errorf("got %+v", got)
	}
	if got := table.TriesKey("pool", "ada@EXAMPLE.com "); got != (table.Keys{PK: "MIGRATE#pool#" + ada, SK: "TRIES"}) {
		t.Errorf("got %+v", got)
	}
}
