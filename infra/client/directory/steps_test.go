package directory_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
)

// suspended is one call of Suspend or Reinstate over a script: what table and Cognito
// say, and what becomes of it.
type suspended struct {
	name      string
	replies   []string
	person    *person // the pool's "ada"; nil for none
	noPool    bool
	refuses   map[string]error
	end       bool // Reinstate
	options   []directory.SuspendOption
	want      string // the three steps
	called    string // of Cognito
	writes    string // the status, and "ours" with the note; "" for no write
	err       error  // nil for none, or any if says is given
	says      []string
	userKnown string // the name that Cognito knows, if it is not ada
}

const (
	done, already, leftOut, noPool, notInPool, remains = string(directory.Done), string(directory.Already), string(directory.LeftOut), string(directory.NoPool), string(directory.NotInPool), string(directory.Remains)

	named = `{"Item":{"username":{"S":"ada"}}}`
	ok    = `{}`
	gets  = `{"Item":{"authzStatus":{"S":"active"},"authzRev":{"N":"4"}}}`
	ours  = `{"Item":{"authzStatus":{"S":"suspended"},"authzDisabled":{"BOOL":true},"authzRev":{"N":"4"}}}`
	other = `{"Item":{"authzStatus":{"S":"suspended"},"authzRev":{"N":"4"}}}`
)

func (c suspended) check(t *testing.T) {
	cog := newCognito(map[string]*person{})
	if c.refuses != nil {
		cog.refuses = c.refuses
	}
	if name := c.userKnown; c.person != nil && name == "" {
		cog.people["ada"] = c.person
	} else if c.person != nil {
		cog.people[name] = c.person
	}
	given := cog
	if c.noPool {
		given = nil
	}
	s := playWith(t, given, c.replies...)
	call := s.Suspend
	if c.end {
		call = s.Reinstate
	}
	got, err := call(t.Context(), "s", "grace", c.options...)
	steps := strings.TrimSuffix(string(got.Table)+", "+string(got.User)+", "+string(got.Sessions), ", ")
	if called := strings.Join(cog.called, ", "); steps != c.want || called != c.called || s.wrote() != c.writes {
		t.Errorf("%s: %s; Cognito was asked to %q; wrote %q; error %v", c.name, steps, called, s.wrote(), err)
	}
	if c.err == nil && (err != nil) != (c.says != nil) || !errors.Is(err, c.err) && c.err != nil {
		t.Errorf("%s: error %v", c.name, err)
	}
	for _, text := range c.says {
		if err != nil && !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %q is not in %v", c.name, text, err)
		}
	}
	if !strings.Contains(c.replies[0], "__type") && got.Authz.Sub != "s" {
		t.Errorf("%s: the row is %+v", c.name, got.Authz)
	}
}

// wrote returns the status that the script's update sets, with the note.
func (s *script) wrote() (wrote string) {
	for _, asked := range s.asked {
		if !strings.HasPrefix(asked, "UpdateItem") {
			continue
		}
		for _, status := range []string{"active", "suspended"} {
			if strings.Contains(asked, `":authzStatus":{"S":"`+status+`"}`) {
				wrote = status
			}
		}
		if strings.Contains(asked, `":authzDisabled":{"BOOL":true}`) {
			wrote += ", ours"
		}
	}
	return wrote
}

func TestR44_WhatSuspendDoes(t *testing.T) {
	in, out := func() *person { return &person{"s", true, true} }, func() *person { return &person{"s", false, true} }
	keepEnabled, keepSessions := directory.KeepEnabled(), directory.KeepSessions()
	all := done + ", " + done + ", " + done
	for _, c := range []suspended{
		{name: "a user", replies: []string{gets, live, named, ok}, person: in(), want: all, called: "get, disable, sign out", writes: "suspended, ours"},
		{name: "a user without AUTHZ", replies: []string{absent, live, named, ok}, person: in(), want: all, called: "get, disable, sign out", writes: "suspended, ours"},
		{name: "a user without a name in PROFILE", replies: []string{gets, absent, absent, ok}, person: in(), userKnown: "s", want: all, called: "get, disable, sign out", writes: "suspended, ours"},
		{name: "an empty name", replies: []string{gets, live, item(`"username":{"S":""}`), ok}, person: in(), userKnown: "s", want: all, called: "get, disable, sign out", writes: "suspended, ours"},
		{name: "a name of another type", replies: []string{gets, live, item(`"username":{"N":"1"}`), ok}, person: in(), userKnown: "s", want: all, called: "get, disable, sign out", writes: "suspended, ours"},
		{name: "a user whom only the pool knows", replies: []string{absent, absent, absent, ok}, person: in(), userKnown: "s", want: all, called: "get, disable, sign out", writes: "suspended, ours"},
		{name: "again", replies: []string{ours, live, named}, person: out(), want: already + ", " + already + ", " + done, called: "get, sign out"},
		{name: "again, enabled meanwhile", replies: []string{ours, live, named}, person: in(), want: already + ", " + done + ", " + done, called: "get, disable, sign out"},
		{name: "suspended in the table only", replies: []string{other, live, named, ok}, person: in(), want: all, called: "get, disable, sign out", writes: "suspended, ours"},
		{name: "active with a note", replies: []string{item(`"authzStatus":{"S":"active"},"authzDisabled":{"BOOL":true}`), live, named, ok}, person: out(), want: done + ", " + already + ", " + done, called: "get, sign out", writes: "suspended, ours"},
		{name: "disabled by somebody else", replies: []string{gets, live, named, ok}, person: out(), want: done + ", " + already + ", " + done, called: "get, sign out", writes: "suspended"},
		{name: "enabled as before", replies: []string{gets, live, named, ok}, person: in(), options: []directory.SuspendOption{keepEnabled}, want: done + ", " + leftOut + ", " + done, called: "get, sign out", writes: "suspended"},
		{name: "sessions as before", replies: []string{gets, live, named, ok}, person: in(), options: []directory.SuspendOption{keepSessions}, want: done + ", " + done + ", " + leftOut, called: "get, disable", writes: "suspended, ours"},
		{name: "both as before", replies: []string{gets, live, ok}, person: in(), options: []directory.SuspendOption{keepEnabled, keepSessions}, want: done + ", " + leftOut + ", " + leftOut, writes: "suspended"},
		{name: "without a pool", replies: []string{gets, live, ok}, noPool: true, want: done + ", " + noPool + ", " + noPool, writes: "suspended"},
		{name: "not in the pool", replies: []string{gets, live, named, ok}, want: done + ", " + notInPool + ", " + notInPool, called: "get", writes: "suspended"},
		{name: "another's name", replies: []string{gets, live, named, ok}, person: &person{"t", true, true}, want: done + ", " + notInPool + ", " + notInPool, called: "get", writes: "suspended"},
		{name: "unknown", replies: []string{absent, absent, absent}, want: remains + ", " + remains + ", " + remains, called: "get", err: directory.ErrNotFound, says: []string{"Cognito is as it was"}},
		{name: "unknown, and it is right", replies: []string{absent, absent, absent, ok}, options: []directory.SuspendOption{directory.EvenUnseen()}, want: done + ", " + notInPool + ", " + notInPool, called: "get", writes: "suspended"},
		{name: "at its rev", replies: []string{gets, live, named, ok}, person: in(), options: []directory.SuspendOption{directory.AtRev(4)}, want: all, called: "get, disable, sign out", writes: "suspended, ours"},
		{name: "at another rev", replies: []string{gets, live}, person: in(), options: []directory.SuspendOption{directory.AtRev(3)}, want: remains + ", " + remains + ", " + remains, err: directory.ErrConflict, says: []string{"suspending: this call has done nothing: the row has rev 4, not 3"}},
		{name: "a row that is not read", replies: []string{refused}, person: in(), want: remains + ", " + remains + ", " + remains, says: []string{"suspending: this call has done nothing: ", "AccessDenied"}},
		{name: "a name that is not read", replies: []string{gets, live, refused, ok}, person: in(), want: done + ", " + remains + ", " + remains, writes: "suspended", says: []string{"to disable the user in Cognito and to end the user's sessions there", "reading the user name: asking the table mirror: "}},
		{name: "a row that is not written", replies: []string{gets, live, named, refused}, person: in(), want: remains + ", " + remains + ", " + remains, called: "get", writes: "suspended, ours", says: []string{"suspending: Cognito is as it was, and repeating is safe: ", "AccessDenied"}},
		{name: "a pool that does not answer", replies: []string{gets, live, named, ok}, person: in(), refuses: map[string]error{"get": errBroken}, want: done + ", " + remains + ", " + remains, called: "get", writes: "suspended", err: errBroken, says: []string{"asking Cognito for the user: "}},
		{name: "a user who stays enabled", replies: []string{gets, live, named, ok}, person: in(), refuses: map[string]error{"disable": errBroken}, want: done + ", " + remains + ", " + done, called: "get, disable, sign out", writes: "suspended, ours", err: errBroken, says: []string{"what remains is to disable the user in Cognito, and", "disabling the user in Cognito: "}},
		{name: "sessions that go on", replies: []string{gets, live, named, ok}, person: in(), refuses: map[string]error{"sign out": errBroken}, want: done + ", " + done + ", " + remains, called: "get, disable, sign out", writes: "suspended, ours", err: errBroken, says: []string{"what remains is to end the user's sessions there, and", "ending the user's sessions in Cognito: "}},
		{name: "gone before it is disabled", replies: []string{gets, live, named, ok}, person: in(), refuses: map[string]error{"disable": &types.UserNotFoundException{}}, want: done + ", " + notInPool + ", " + done, called: "get, disable, sign out", writes: "suspended, ours"},
		{name: "gone before the sign-out", replies: []string{gets, live, named, ok}, person: in(), refuses: map[string]error{"sign out": &types.UserNotFoundException{}}, want: done + ", " + done + ", " + notInPool, called: "get, disable, sign out", writes: "suspended, ours"},
	} {
		c.check(t)
	}
}

func TestR44_WhatReinstateDoes(t *testing.T) {
	in, out := func() *person { return &person{"s", true, false} }, func() *person { return &person{"s", false, false} }
	for _, c := range []suspended{
		{name: "a user whom the suite disabled", replies: []string{ours, live, named, ok}, person: out(), want: done + ", " + done, called: "get, enable", writes: "active"},
		{name: "enabled by now", replies: []string{ours, live, named, ok}, person: in(), want: done + ", " + already, called: "get", writes: "active"},
		{name: "a user whom somebody else disabled", replies: []string{other, live, ok}, person: out(), want: done + ", " + leftOut, writes: "active"},
		{name: "nobody suspended", replies: []string{gets, live}, person: in(), want: already + ", " + leftOut},
		{name: "active with a note", replies: []string{item(`"authzStatus":{"S":"active"},"authzDisabled":{"BOOL":true}`), live, named, ok}, person: out(), want: done + ", " + done, called: "get, enable", writes: "active"},
		{name: "without a pool", replies: []string{ours, live, ok}, noPool: true, want: done + ", " + noPool, writes: "active, ours"},
		{name: "not in the pool", replies: []string{ours, live, named, ok}, want: done + ", " + notInPool, called: "get", writes: "active"},
		{name: "unknown", replies: []string{absent, absent}, want: remains + ", " + leftOut, err: directory.ErrNotFound, says: []string{"what remains is the table"}},
		{name: "at another rev", replies: []string{ours, live}, person: out(), options: []directory.SuspendOption{directory.AtRev(3)}, want: remains + ", " + remains, err: directory.ErrConflict, says: []string{"reinstating: this call has done nothing: the row has rev 4, not 3"}},
		{name: "a row that is not read", replies: []string{refused}, person: out(), want: remains + ", " + remains, says: []string{"reinstating: this call has done nothing: ", "AccessDenied"}},
		{name: "a pool that does not answer", replies: []string{ours, live, named}, person: out(), refuses: map[string]error{"get": errBroken}, want: remains + ", " + remains, called: "get", err: errBroken, says: []string{"the user stays suspended until Cognito enables the user, and repeating is safe: asking Cognito"}},
		{name: "a user who stays disabled", replies: []string{ours, live, named}, person: out(), refuses: map[string]error{"enable": errBroken}, want: remains + ", " + remains, called: "get, enable", err: errBroken, says: []string{"enabling the user in Cognito: "}},
		{name: "a row that is not written", replies: []string{ours, live, named, refused}, person: out(), want: remains + ", " + done, called: "get, enable", writes: "active", says: []string{"reinstating: what remains is the table, which still refuses the user", "AccessDenied"}},
	} {
		c.end = true
		c.check(t)
	}
}
