package directory_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

var errBroken = errors.New("broken")

// breaker lets one call to either service fail: before it has an effect, or after. Calls
// count from 1; 0 lets none fail.
type breaker struct {
	calls, at int
	after     bool
}

func (b *breaker) call(do func() error) error {
	b.calls++
	switch {
	case b.calls != b.at:
		return do()
	case b.after:
		return errors.Join(do(), errBroken)
	}
	return errBroken
}

// breakable is the table's HTTP client.
type breakable struct {
	aws.HTTPClient
	*breaker
}

type httpClient interface {
	Do(*http.Request) (*http.Response, error)
}

func (b breakable) Do(request *http.Request) (reply *http.Response, err error) {
	err = b.call(func() error { reply, err = b.HTTPClient.Do(request); return err })
	if err != nil && reply != nil {
		reply.Body.Close()
	}
	return reply, err
}

// person is a user in Cognito.
type person struct {
	sub               string
	enabled, signedIn bool
}

// cognitoPool is Cognito with the users by name.
type cognitoPool struct {
	*breaker
	people  map[string]*person
	called  []string
	refuses map[string]error // by operation
}

func newCognito(people map[string]*person) *cognitoPool {
	return &cognitoPool{breaker: new(breaker), people: people}
}

// on does something to a user.
func (c *cognitoPool) on(operation string, name *string, do func(*person)) error {
	return c.call(func() error {
		c.called = append(c.called, operation)
		if err := c.refuses[operation]; err != nil {
			return err
		}
		p := c.people[*name]
		if p == nil {
			return &types.UserNotFoundException{}
		}
		do(p)
		return nil
	})
}

func (c *cognitoPool) AdminGetUser(_ context.Context, in *cognito.AdminGetUserInput, _ ...func(*cognito.Options)) (*cognito.AdminGetUserOutput, error) {
	out := &cognito.AdminGetUserOutput{Username: in.Username}
	err := c.on("get", in.Username, func(p *person) {
		out.Enabled, out.UserAttributes = p.enabled, []types.AttributeType{{Name: new("email"), Value: new("x")}, {Name: new("sub"), Value: &p.sub}}
	})
	return out, err
}

func (c *cognitoPool) AdminDisableUser(_ context.Context, in *cognito.AdminDisableUserInput, _ ...func(*cognito.Options)) (*cognito.AdminDisableUserOutput, error) {
	return &cognito.AdminDisableUserOutput{}, c.on("disable", in.Username, func(p *person) { p.enabled = false })
}

func (c *cognitoPool) AdminEnableUser(_ context.Context, in *cognito.AdminEnableUserInput, _ ...func(*cognito.Options)) (*cognito.AdminEnableUserOutput, error) {
	return &cognito.AdminEnableUserOutput{}, c.on("enable", in.Username, func(p *person) { p.enabled = true })
}

func (c *cognitoPool) AdminUserGlobalSignOut(_ context.Context, in *cognito.AdminUserGlobalSignOutInput, _ ...func(*cognito.Options)) (*cognito.AdminUserGlobalSignOutOutput, error) {
	return &cognito.AdminUserGlobalSignOutOutput{}, c.on("sign out", in.Username, func(p *person) { p.signedIn = false })
}

// over returns the directory of the world and a pool, through the pool's breaker.
func (w world) over(c *cognitoPool) *directory.Directory {
	broken := dynamodb.New(w.client.Options(), func(o *dynamodb.Options) {
		o.Retryer, o.HTTPClient = aws.NopRetryer{}, breakable{o.HTTPClient.(httpClient), c.breaker}
	})
	return directory.New(broken, tableName, pool, directory.WithPool(c))
}

// member makes a user of table and pool, whose name is not the sub.
func (w world) member(t *testing.T, enabled bool) (*cognitoPool, *person) {
	t.Helper()
	key := w.user(t, pool, users.Profile{Username: "google_7"})
	p := &person{key.Sub, enabled, true}
	return newCognito(map[string]*person{"google_7": p}), p
}

// state is what both sides say of a user.
func (w world) state(t *testing.T, p *person) string {
	t.Helper()
	row, err := directory.New(w.client, tableName, pool).Authz(t.Context(), p.sub)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s, ours %v; enabled %v, signed in %v", row.Status, row.Disabled, p.enabled, p.signedIn)
}

// suspensions are what suspending a user and ending it do, by what was before and what is
// left out.
var suspensions = map[string]struct {
	enabled              bool
	options              []directory.SuspendOption
	suspended, ended     string
	first, again, undone [3]directory.Step
	called               string
}{
	"by the suite": {
		true, nil, "suspended, ours true; enabled false, signed in false", "active, ours false; enabled true, signed in false",
		[3]directory.Step{directory.Done, directory.Done, directory.Done},
		[3]directory.Step{directory.Already, directory.Already, directory.Done},
		[3]directory.Step{directory.Done, directory.Done},
		"get disable sign out get sign out get enable",
	},
	"disabled by somebody else before": {
		false, nil, "suspended, ours false; enabled false, signed in false", "active, ours false; enabled false, signed in false",
		[3]directory.Step{directory.Done, directory.Already, directory.Done},
		[3]directory.Step{directory.Already, directory.Already, directory.Done},
		[3]directory.Step{directory.Done, directory.LeftOut},
		"get sign out get sign out",
	},
	"kept enabled": {
		true,
		[]directory.SuspendOption{directory.KeepEnabled()},
		"suspended, ours false; enabled true, signed in false", "active, ours false; enabled true, signed in false",
		[3]directory.Step{directory.Done, directory.LeftOut, directory.Done},
		[3]directory.Step{directory.Already, directory.LeftOut, directory.Done},
		[3]directory.Step{directory.Done, directory.LeftOut},
		"get sign out get sign out",
	},
	"sessions kept": {
		true,
		[]directory.SuspendOption{directory.KeepSessions()},
		"suspended, ours true; enabled false, signed in true", "active, ours false; enabled true, signed in true",
		[3]directory.Step{directory.Done, directory.Done, directory.LeftOut},
		[3]directory.Step{directory.Already, directory.Already, directory.LeftOut},
		[3]directory.Step{directory.Done, directory.Done},
		"get disable get get enable",
	},
	"both kept": {
		true,
		[]directory.SuspendOption{directory.KeepSessions(), directory.KeepEnabled()},
		"suspended, ours false; enabled true, signed in true", "active, ours false; enabled true, signed in true",
		[3]directory.Step{directory.Done, directory.LeftOut, directory.LeftOut},
		[3]directory.Step{directory.Already, directory.LeftOut, directory.LeftOut},
		[3]directory.Step{directory.Done, directory.LeftOut},
		"",
	},
}

func TestR44_ASuspensionBitesInCognitoAndItsEndUndoesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range suspensions {
		cog, p := w.member(t, c.enabled)
		d := w.over(cog)
		change(t, d, p.sub, directory.SetRoles("editor"))
		for i, want := range [][3]directory.Step{c.first, c.again} {
			got, err := d.Suspend(t.Context(), p.sub, "grace", c.options...)
			if steps := [3]directory.Step{got.Table, got.User, got.Sessions}; err != nil || steps != want || got.Authz.Rev != 2 || got.Authz.By != "grace" || w.state(t, p) != c.suspended {
				t.Errorf("%s, call %d: %v, error %v; %s", name, i+1, steps, err, w.state(t, p))
			}
		}
		for i, want := range [][3]directory.Step{c.undone, {directory.Already, directory.LeftOut}} {
			got, err := d.Reinstate(t.Context(), p.sub, "grace")
			if steps := [3]directory.Step{got.Table, got.User, got.Sessions}; err != nil || steps != want || got.Authz.Rev != 3 || !slices.Equal(got.Authz.Roles, []string{"editor"}) || w.state(t, p) != c.ended {
				t.Errorf("%s, end %d: %v, error %v; %s", name, i+1, steps, err, w.state(t, p))
			}
		}
		if got := strings.Join(cog.called, " "); got != c.called {
			t.Errorf("%s: Cognito was asked to %s", name, got)
		}
	}
}

// Every call to either service fails once, before or after its effect. The call may fail,
// the same call again completes it, and in between nobody is disabled without a note.
func TestR44_WhateverFailsARepeatedCallCompletesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, enabled := range []bool{true, false} {
		for _, after := range []bool{true, false} {
			for suspendAt, more := 0, true; more; suspendAt++ {
				cog, p := w.member(t, enabled)
				d := w.over(cog)
				more = w.breaks(t, cog, p, suspendAt, after, fmt.Sprintf("suspended, ours %v; enabled false, signed in false", enabled), enabled, func() (directory.Suspension, error) {
					return d.Suspend(t.Context(), p.sub, "grace")
				})
			}
			for endAt, more := 0, true; more; endAt++ {
				cog, p := w.member(t, enabled)
				d := w.over(cog)
				if _, err := d.Suspend(t.Context(), p.sub, "grace"); err != nil {
					t.Fatal(err)
				}
				more = w.breaks(t, cog, p, endAt, after, fmt.Sprintf("active, ours false; enabled %v, signed in false", enabled), enabled, func() (directory.Suspension, error) {
					return d.Reinstate(t.Context(), p.sub, "grace")
				})
			}
		}
	}
}

// breaks lets the at-th call of do fail and repeats do. It reports whether do makes more
// calls.
func (w world) breaks(t *testing.T, cog *cognitoPool, p *person, at int, after bool, want string, enabled bool, do func() (directory.Suspension, error)) bool {
	t.Helper()
	cog.calls, cog.at, cog.after = 0, at, after
	got, err := do()
	made := cog.calls
	cog.at = 0
	if state := w.state(t, p); enabled && !p.enabled && !strings.Contains(state, "suspended, ours true") {
		t.Errorf("call %d failed: %s", at, state)
	}
	switch {
	case err == nil && slices.Contains([]directory.Step{got.Table, got.User, got.Sessions}, directory.Remains):
		t.Errorf("call %d failed: %+v without an error", at, got)
	case err != nil && !errors.Is(err, errBroken):
		t.Errorf("call %d failed: %v", at, err)
	case err != nil && (!slices.Contains([]directory.Step{got.Table, got.User, got.Sessions}, directory.Remains) || strings.Contains(err.Error(), p.sub)):
		t.Errorf("call %d failed: %+v, %v", at, got, err)
	case err != nil && got.Table != directory.Remains && !(strings.Contains(err.Error(), "what remains is to ") && strings.Contains(err.Error(), "repeating is safe")):
		t.Errorf("call %d failed: %v", at, err)
	}
	if _, err := do(); err != nil || w.state(t, p) != want {
		t.Errorf("call %d failed and was repeated: %v; %s, want %s", at, err, w.state(t, p), want)
	}
	return made >= at
}

// A suspension goes on in the table while Cognito does not answer, and the other half of
// Cognito's work while one half fails.
func TestR44_OneSideThatFailsStopsTheOtherAsLittleAsItCan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for operation, want := range map[string]string{
		"get": "suspended, ours false; enabled true, signed in true", "disable": "suspended, ours true; enabled true, signed in false", "sign out": "suspended, ours true; enabled false, signed in true",
	} {
		cog, p := w.member(t, true)
		cog.refuses = map[string]error{operation: errBroken}
		_, err := directory.New(w.client, tableName, pool, directory.WithPool(cog)).Suspend(t.Context(), p.sub, "grace")
		if got := w.state(t, p); !errors.Is(err, errBroken) || got != want {
			t.Errorf("without %s: %s, %v", operation, got, err)
		}
	}
}

func TestR44_WithoutAClientOfThePoolOnlyTheTableChangesAndTheResultSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cog, p := w.member(t, true)
	with, without := w.over(cog), directory.New(w.client, tableName, pool)
	got, err := without.Suspend(t.Context(), p.sub, "grace")
	if err != nil || got.Table != directory.Done || got.User != directory.NoPool || got.Sessions != directory.NoPool || w.state(t, p) != "suspended, ours false; enabled true, signed in true" {
		t.Errorf("%+v, %v; %s", got, err, w.state(t, p))
	}
	if got, err = with.Suspend(t.Context(), p.sub, "grace"); err != nil || got.Table != directory.Done || got.User != directory.Done {
		t.Errorf("%+v, %v", got, err)
	}
	// The note stays until a directory with a client has enabled the user.
	if got, err = without.Reinstate(t.Context(), p.sub, "grace"); err != nil || got.Table != directory.Done || got.User != directory.NoPool || w.state(t, p) != "active, ours true; enabled false, signed in false" {
		t.Errorf("%+v, %v; %s", got, err, w.state(t, p))
	}
	if got, err = with.Reinstate(t.Context(), p.sub, "grace"); err != nil || got.User != directory.Done || w.state(t, p) != "active, ours false; enabled true, signed in false" {
		t.Errorf("%+v, %v; %s", got, err, w.state(t, p))
	}
}

// The user name is PROFILE's, else the sub; a name that another user has by now is nobody's.
func TestR44_TheUserOfThisSubIsDisabledAndNobodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := &person{"another-sub", true, true}
	for name, c := range map[string]struct {
		profile string // "" for none
		people  func(sub string) map[string]*person
		option  []directory.SuspendOption
		want    directory.Step
		err     error
	}{
		"by PROFILE's name":        {"ada", func(sub string) map[string]*person { return map[string]*person{"ada": {sub, true, true}} }, nil, directory.Done, nil},
		"by the sub":               {"", func(sub string) map[string]*person { return map[string]*person{sub: {sub, true, true}} }, nil, directory.Done, nil},
		"not in the pool":          {"ada", func(string) map[string]*person { return nil }, nil, directory.NotInPool, nil},
		"the name is another's":    {"ada", func(string) map[string]*person { return map[string]*person{"ada": other} }, nil, directory.NotInPool, nil},
		"the sub is another's":     {"", func(sub string) map[string]*person { return map[string]*person{sub: other} }, nil, directory.Remains, directory.ErrNotFound},
		"unknown everywhere":       {"", func(string) map[string]*person { return nil }, nil, directory.Remains, directory.ErrNotFound},
		"unknown, and it is right": {"", func(string) map[string]*person { return nil }, []directory.SuspendOption{directory.EvenUnseen()}, directory.NotInPool, nil},
	} {
		sub := "unseen-" + strings.ReplaceAll(name, " ", "-")
		if c.profile != "" {
			sub = w.user(t, pool, users.Profile{Username: c.profile}).Sub
		}
		cog := newCognito(c.people(sub))
		got, err := w.over(cog).Suspend(t.Context(), sub, "grace", c.option...)
		if got.User != c.want || !errors.Is(err, c.err) || (err == nil) != (c.err == nil) || !other.enabled || !other.signedIn {
			t.Errorf("%s: %+v, %v; the other %+v", name, got, err, other)
		}
	}
}

func TestR44_ASuspensionOfWhatHasChangedOrIsGoneDoesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cog, p := w.member(t, true)
	d := w.over(cog)
	before := w.state(t, p)
	for name, c := range map[string]struct {
		call func() (directory.Suspension, error)
		want error
	}{
		"another rev": {func() (directory.Suspension, error) {
			return d.Suspend(t.Context(), p.sub, "grace", directory.AtRev(7))
		}, directory.ErrConflict},
		"end, another rev": {func() (directory.Suspension, error) {
			return d.Reinstate(t.Context(), p.sub, "grace", directory.AtRev(7))
		}, directory.ErrConflict},
		"mistyped":      {func() (directory.Suspension, error) { return d.Suspend(t.Context(), "mistyped", "grace") }, directory.ErrNotFound},
		"end, mistyped": {func() (directory.Suspension, error) { return d.Reinstate(t.Context(), "mistyped", "grace") }, directory.ErrNotFound},
		"by nobody":     {func() (directory.Suspension, error) { return d.Suspend(t.Context(), p.sub, "") }, directory.ErrInvalid},
	} {
		if got, err := c.call(); !errors.Is(err, c.want) || got.Table != directory.Remains || w.state(t, p) != before {
			t.Errorf("%s: %+v, %v; %s", name, got, err, w.state(t, p))
		}
	}
	if err := w.store.Erase(t.Context(), users.Key{PoolID: pool, Sub: p.sub}, noon); err != nil {
		t.Fatal(err)
	}
	for _, call := range []func(context.Context, string, string, ...directory.SuspendOption) (directory.Suspension, error){d.Suspend, d.Reinstate} {
		if got, err := call(t.Context(), p.sub, "grace"); !errors.Is(err, directory.ErrDeleted) || !p.enabled {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

// Bad input loses nothing: a status that cannot be read is written again, and the rest of
// the row stays.
func TestR44_AStatusThatCannotBeReadIsMendedBySuspendingOrReinstating(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, value := range map[string]ddb.AttributeValue{
		"upper case": &ddb.AttributeValueMemberS{Value: "SUSPENDED"}, "truth": &ddb.AttributeValueMemberBOOL{Value: true},
		"set": &ddb.AttributeValueMemberSS{Value: []string{"suspended"}}, "number": &ddb.AttributeValueMemberN{Value: "1"},
	} {
		for want, status := range map[string]directory.Status{"suspended": directory.Suspended, "active": directory.Active} {
			cog, p := w.member(t, true)
			d := w.over(cog)
			row := map[string]ddb.AttributeValue{"authzStatus": value, "authzRoles": &ddb.AttributeValueMemberSS{Value: []string{"editor"}}, "authzRev": &ddb.AttributeValueMemberN{Value: "4"}}
			w.put(t, p.sub, table.AuthzRow, row)
			seen, err := d.Authz(t.Context(), p.sub)
			if err != nil || seen.Status != directory.Unreadable || !reflect.DeepEqual(seen.Roles, []string{"editor"}) {
				t.Fatalf("%s: %+v, %v", name, seen, err)
			}
			if _, err := d.Change(t.Context(), seen, "grace", directory.SetRoles("admin")); !errors.Is(err, directory.ErrInvalid) || !strings.Contains(err.Error(), "authzStatus") || !strings.Contains(err.Error(), "suspend or reinstate the user first") {
				t.Errorf("%s: a change of roles returns %v", name, err)
			}
			mend := d.Reinstate
			if status == directory.Suspended {
				mend = d.Suspend
			}
			got, err := mend(t.Context(), p.sub, "grace")
			if err != nil || got.Table != directory.Done || got.Authz.Status != status || got.Authz.Rev != 5 || !slices.Equal(got.Authz.Roles, []string{"editor"}) {
				t.Errorf("%s, %s: %+v, %v", name, want, got, err)
			}
			if access := w.access(t, p.sub); access.Denied() != (status == directory.Suspended) || !slices.Equal(access.Authz.Roles, []string{"editor"}) {
				t.Errorf("%s, %s: the functions read %+v", name, want, access)
			}
		}
		sub := w.ada(t).Sub
		w.put(t, sub, table.AuthzRow, map[string]ddb.AttributeValue{"authzStatus": value, "authzRoles": &ddb.AttributeValueMemberS{Value: "editor"}})
		if _, err := directory.New(w.client, tableName, pool).Suspend(t.Context(), sub, "grace"); err == nil || !strings.Contains(err.Error(), "authzRoles") || !strings.Contains(err.Error(), "correct it by hand") {
			t.Errorf("%s: with another column that cannot be read: %v", name, err)
		}
	}
}
