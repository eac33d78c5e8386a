package directory_test

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func at(when time.Time) directory.Option {
	return directory.WithClock(func() time.Time { return when })
}

// access returns what a token would read.
func (w world) access(t *testing.T, sub string) table.Access {
	t.Helper()
	access, err := w.store.Access(t.Context(), users.Key{PoolID: pool, Sub: sub}, "")
	if err != nil {
		t.Fatal(err)
	}
	return access
}

func TestWhatIsGrantedIsWhatTheFunctionsRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub := w.ada(t).Sub
	d := directory.New(w.client, tableName, pool, at(noon.Add(1234567*time.Microsecond)))
	seen, err := d.Authz(t.Context(), sub)
	if err != nil || seen.Rev != 0 || seen.Status != directory.Active || seen.By != "" || !seen.At.IsZero() {
		t.Fatalf("a user without AUTHZ has %+v (error %v)", seen, err)
	}
	granted, err := d.Change(t.Context(), seen, "grace (ticket 7)",
		directory.SetRoles("editor", "admin"), directory.SetTenants("acme", "globex", "acme"),
		directory.SetClaim("plan", "gold"), directory.SetClaim("seats", json.Number("9007199254740993")),
		directory.SetClaim("limits", map[string]any{"a": []string{"x"}, "b": 1.5, "c": false}))
	if err != nil {
		t.Fatal(err)
	}
	want := directory.Authz{Sub: sub, Authz: table.Authz{
		Schema: 1, Roles: []string{"editor", "admin"}, Tenants: []string{"globex", "acme"}, Tenant: "acme", Status: directory.Active,
		Extra: map[string]any{"plan": "gold", "seats": json.Number("9007199254740993"), "limits": map[string]any{"a": []any{"x"}, "b": json.Number("1.5"), "c": false}},
		Rev:   1, By: "grace (ticket 7)", At: noon.Add(1234 * time.Millisecond),
	}}
	read, err := d.Authz(t.Context(), sub)
	if err != nil || !reflect.DeepEqual(granted, want) || !reflect.DeepEqual(read, want) {
		t.Fatalf("granted %+v\nread    %+v (error %v)\nwant    %+v", granted, read, err, want)
	}
	if got := w.access(t, sub); !reflect.DeepEqual(got, table.Access{Known: true, Authz: table.Authz{
		Roles: want.Roles, Tenants: want.Tenants, Tenant: "acme", Status: table.Active, Extra: want.Extra, Rev: 1,
	}}) {
		t.Errorf("the functions read %+v", got)
	}
}

// TestEveryColumnIsSetByAChange finds a column that no change can set.
func TestEveryColumnIsSetByAChange(t *testing.T) {
	w := newWorld(t)
	granted := change(t, directory.New(w.client, tableName, pool), w.ada(t).Sub,
		directory.SetRoles("editor"), directory.SetTenants("acme", "acme"), directory.SetTenantRoles("acme", "owner"), directory.SetClaim("plan", "gold"), directory.Suspend(), directory.Disabled(true))
	for row, i := reflect.ValueOf(granted.Authz), 0; i < row.NumField(); i++ {
		if name := row.Type().Field(i).Name; row.Field(i).IsZero() && name != "ExpiresAt" {
			t.Errorf("no change sets %s", name)
		}
	}
}

// TestEveryGrantCounts finds a column whose bytes a change does not count.
func TestEveryGrantCounts(t *testing.T) {
	granted := table.Names[table.Authz](func(c table.Column) bool { return table.Token(c) && table.Personal(c) })
	for i, field := range reflect.VisibleFields(reflect.TypeFor[table.Authz]()) {
		name, _, _ := strings.Cut(field.Tag.Get("dynamodbav"), ",")
		if !slices.Contains(granted, name) || field.Name == "Tenant" { // the tenant is also in Tenants
			continue
		}
		var row table.Authz
		switch value := reflect.ValueOf(&row).Elem().Field(i); value.Kind() {
		case reflect.Slice:
			value.Set(reflect.ValueOf([]string{"word"}))
		case reflect.Map:
			word := reflect.ValueOf([]string{"word"})
			if value.Type().Elem() != word.Type() {
				word = reflect.ValueOf("word")
			}
			value.Set(reflect.MakeMap(value.Type()))
			value.SetMapIndex(reflect.ValueOf("name"), word)
		case reflect.String:
			value.SetString("word")
		default:
			t.Fatalf("what %s adds to a token is not known here", field.Name)
		}
		if directory.Size(directory.Authz{Authz: row}) == 0 {
			t.Errorf("a change does not count %s", field.Name)
		}
	}
}

func TestTakingAwayLeavesNoEmptyAttribute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub := w.ada(t).Sub
	d := directory.New(w.client, tableName, pool)
	seen := change(t, d, sub, directory.SetRoles("editor"), directory.SetTenants("acme", "acme"), directory.SetClaim("plan", "gold"))
	if _, err := d.Change(t.Context(), seen, "grace", directory.SetRoles(), directory.SetTenants(""), directory.UnsetClaim("plan"), directory.UnsetClaim("absent")); err != nil {
		t.Fatal(err)
	}
	if got := w.access(t, sub).Authz; !reflect.DeepEqual(got, table.Authz{Status: table.Active, Rev: 2}) {
		t.Errorf("the row is %+v", got)
	}
}

// change reads the row and changes it.
func change(t *testing.T, d *directory.Directory, sub string, changes ...directory.Change) directory.Authz {
	t.Helper()
	seen, err := d.Authz(t.Context(), sub)
	if err != nil {
		t.Fatal(err)
	}
	changed, err := d.Change(t.Context(), seen, "grace", changes...)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

func TestASuspendedUserKeepsTheRowAndGetsNoTokenUntilReinstated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub := w.ada(t).Sub
	d := directory.New(w.client, tableName, pool)
	change(t, d, sub, directory.SetRoles("editor"))
	if change(t, d, sub, directory.Suspend()).Status != directory.Suspended || !w.access(t, sub).Denied() {
		t.Error("the user is not suspended")
	}
	change(t, d, sub, directory.SetRoles("editor", "viewer"))
	if !w.access(t, sub).Denied() {
		t.Error("a change of roles has ended the suspension")
	}
	change(t, d, sub, directory.Reinstate())
	if got := w.access(t, sub); got.Denied() || !slices.Equal(got.Authz.Roles, []string{"editor", "viewer"}) || got.Authz.Rev != 4 {
		t.Errorf("after the suspension: %+v", got)
	}
}

func TestAChangeToARowThatIsNoLongerTheOneSeenWritesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub := w.ada(t).Sub
	d := directory.New(w.client, tableName, pool)
	for range 2 { // to an absent row, then to an existing one
		seen, err := d.Authz(t.Context(), sub)
		if err != nil {
			t.Fatal(err)
		}
		first := change(t, d, sub, directory.SetRoles("first"))
		_, err = d.Change(t.Context(), seen, "late", directory.SetRoles("late"))
		if !errors.Is(err, directory.ErrConflict) || !strings.Contains(err.Error(), "read it again") {
			t.Errorf("the late change gives %v", err)
		}
		if got, err := d.Authz(t.Context(), sub); err != nil || !reflect.DeepEqual(got, first) {
			t.Errorf("the row is %+v (error %v)", got, err)
		}
	}
}

// Sixteen writers each add one role and start again after a conflict: none is lost.
func TestNoChangeIsLostAmongManyWriters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub := w.ada(t).Sub
	var group sync.WaitGroup
	roles := strings.Split("abcdefghijklmnop", "")
	for _, role := range roles {
		group.Go(func() {
			d := directory.New(w.client, tableName, pool, at(noon)) // all at the same time and under the same name
			for {
				seen, err := d.Authz(t.Context(), sub)
				if err != nil {
					t.Error(err)
					return
				}
				_, err = d.Change(t.Context(), seen, "same", directory.SetRoles(append(seen.Roles, role)...))
				if err == nil {
					return
				}
				if !errors.Is(err, directory.ErrConflict) {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	if got := w.access(t, sub).Authz; !slices.Equal(slices.Sorted(slices.Values(got.Roles)), roles) || got.Rev != 16 {
		t.Errorf("the roles are %v, rev %d", got.Roles, got.Rev)
	}
}

func TestR32_DeletedStaysDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := directory.New(w.client, tableName, pool)
	key := w.ada(t)
	seen := change(t, d, key.Sub, directory.SetRoles("editor"), directory.SetTenants("", "acme"))
	if err := w.store.Erase(t.Context(), key, noon); err != nil {
		t.Fatal(err)
	}
	grave := w.access(t, key.Sub)
	for name, one := range map[string]directory.Change{
		"roles": directory.SetRoles("a"), "tenant's roles": directory.SetTenantRoles("acme"), "tenants": directory.SetTenants("t", "t"), "claim": directory.SetClaim("a", 1),
		"unset": directory.UnsetClaim("a"), "suspend": directory.Suspend(), "reinstate": directory.Reinstate(), "unseen": directory.Unseen(),
	} {
		for _, rev := range []int64{seen.Rev, 0} {
			seen.Rev = rev
			if _, err := d.Change(t.Context(), seen, "grace", one); !errors.Is(err, directory.ErrDeleted) {
				t.Errorf("%s at rev %d gives %v", name, rev, err)
			}
		}
	}
	if got := w.access(t, key.Sub); !reflect.DeepEqual(got, grave) || !got.Deleted {
		t.Errorf("the grave is %+v, was %+v", got, grave)
	}
}

// DynamoDB removes the tombstones of a deletion one by one: PROFILE's may be the last.
func TestR32_ATombstoneOfProfileAloneIsEnough(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put(t, "half", "PROFILE", map[string]types.AttributeValue{"deletedAt": &types.AttributeValueMemberS{Value: "2026-03-01T12:00:00.000Z"}})
	if _, err := directory.New(w.client, tableName, pool).Authz(t.Context(), "half"); !errors.Is(err, directory.ErrDeleted) {
		t.Errorf("got %v", err)
	}
}

func TestAUserOfWhomTheTableHasNotHeardIsGrantedNothingByMistake(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := directory.New(w.client, tableName, pool)
	seen, err := d.Authz(t.Context(), "mistyped")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Change(t.Context(), seen, "grace", directory.SetRoles("admin")); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("a mistyped sub gives %v", err)
	}
	if got, err := d.Change(t.Context(), seen, "grace", directory.SetRoles("admin"), directory.Unseen()); err != nil || got.Rev != 1 {
		t.Errorf("a user just made gives %+v, %v", got, err)
	}
	if got, err := d.Change(t.Context(), directory.Authz{}, "grace", directory.Unseen()); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("nobody is granted %+v, %v", got, err)
	}
}

func TestWhatNoTokenCanCarryIsRefusedAndNothingIsWritten(t *testing.T) {
	d := play(t) // which is asked nothing
	seen := active
	seen.Extra, seen.Tenants = map[string]any{"Plan": "gold"}, []string{"acme"}
	many := make([]string, 3000)
	for i := range many {
		many[i] = strings.Repeat("r", 1+i/1000) + string(rune('\u4e00'+i))
	}
	for name, c := range map[string]struct {
		change directory.Change
		says   string
	}{
		"reserved":            {directory.SetClaim("cognito:groups", "x"), "belongs to Cognito"},
		"reserved, case":      {directory.SetClaim("SUB", "x"), "belongs to Cognito"},
		"unusable":            {directory.SetClaim("\u017fub", "x"), "printable ASCII"},
		"ambiguous":           {directory.SetClaim("plan", "x"), "already as Plan"},
		"null":                {directory.SetClaim("a", nil), "null"},
		"infinite":            {directory.SetClaim("a", math.Inf(1)), "finite"},
		"rounded":             {directory.SetClaim("a", 1e20), "2^53"},
		"too many digits":     {directory.SetClaim("a", json.Number("1234567890123456789012345678901234567.89")), "38 digits"},
		"too large":           {directory.SetClaim("a", map[string]any{"b": []any{json.Number("1e126")}}), "1E+125"},
		"too deep":            {directory.SetClaim("a", deep(6)), "5 levels"},
		"list of lists":       {directory.SetClaim("a", []any{[]any{}}), "list of lists"},
		"not UTF-8":           {directory.SetClaim("a", "\xff"), "UTF-8"},
		"an attribute's":      {directory.SetClaim("custom:role", "admin"), "an attribute's"},
		"empty role":          {directory.SetRoles("a", ""), "printable text"},
		"role twice":          {directory.SetRoles("a", "a"), "twice"},
		"blank role":          {directory.SetRoles(" a"), "printable text"},
		"control tenant":      {directory.SetTenants("", "a\n"), "printable text"},
		"foreign default":     {directory.SetTenants("c", "a", "b"), `"c" is none of the tenants`},
		"empty tenant's role": {directory.SetTenantRoles("acme", ""), `the role "" has not 1 to 256 bytes of printable text`},
		"tenant's role twice": {directory.SetTenantRoles("acme", "a", "a"), "twice"},
		"foreign tenant":      {directory.SetTenantRoles("globex", "a"), `"globex" is none of the user's tenants`},
		"no tenant":           {directory.SetTenantRoles("", "a"), `"" is none of the user's tenants`},
		"too much in one":     {directory.SetTenantRoles("acme", many...), "a row may grant 8192 at most"},
		"too much":            {directory.SetRoles(many...), "a row may grant 8192 at most"},
	} {
		_, err := d.Change(t.Context(), seen, "grace", c.change)
		if !errors.Is(err, directory.ErrInvalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, by := range []string{"", " ", "a\nb", strings.Repeat("b", 257)} {
		if _, err := d.Change(t.Context(), seen, by, directory.Suspend()); !errors.Is(err, directory.ErrInvalid) {
			t.Errorf("a change by %.5q gives %v", by, err)
		}
	}
	_, err := d.Change(t.Context(), seen, "", directory.SetRoles(""), directory.SetClaim("sub", 1))
	if err == nil || strings.Count(err.Error(), ";") != 2 {
		t.Errorf("three mistakes are %v", err)
	}
}

// deep nests objects.
func deep(levels int) any {
	if levels == 0 {
		return "bottom"
	}
	return map[string]any{"a": deep(levels - 1)}
}

func TestARowMadeByHandCanBeChangedAndKeepsWhatItSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub := w.ada(t).Sub
	w.put(t, sub, "AUTHZ", map[string]types.AttributeValue{
		"authzRoles": &types.AttributeValueMemberSS{Value: []string{"b", "a"}},
		"authzExtra": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"none": &types.AttributeValueMemberNULL{Value: true}}},
		"note":       &types.AttributeValueMemberS{Value: "by hand"}, "authzAt": &types.AttributeValueMemberS{Value: "yesterday"},
	})
	d := directory.New(w.client, tableName, pool)
	got := change(t, d, sub, directory.SetTenants("acme", "acme"))
	if !slices.Equal(got.Roles, []string{"a", "b"}) || got.Rev != 1 {
		t.Errorf("got %+v", got)
	}
	if _, there := w.access(t, sub).Authz.Extra["none"]; !there {
		t.Error("a claim that the row had is gone")
	}
}

func TestCheckFindsWhatAChangeRefusesAndAsksNobody(t *testing.T) {
	seen := directory.Authz{Sub: "s", Authz: directory.Row{Tenants: []string{"acme"}}}
	for want, change := range map[string]directory.Change{
		"": directory.SetTenantRoles("acme", "owner"), `the role "a" is listed twice`: directory.SetRoles("a", "a"),
		"globex": directory.SetTenantRoles("globex", "owner"), `the claim "sub"`: directory.SetClaim("sub", "x"),
	} {
		err := directory.Check(seen, "grace", change)
		if (err == nil) != (want == "") || err != nil && (!errors.Is(err, directory.ErrInvalid) || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v", want, err)
		}
		if err == nil {
			continue
		}
		if _, again := play(t).Change(t.Context(), seen, "grace", change); !strings.Contains(again.Error(), err.Error()) {
			t.Errorf("the change says %v, the check %v", again, err)
		}
	}
}
