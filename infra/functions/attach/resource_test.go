package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/attach/attachtest"
	"github.com/cognito-triggers/cognito-triggers/internal/customresource"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

const (
	one   = "eu-west-1_One"
	two   = "eu-west-1_Two"
	alias = "arn:aws:lambda:eu-west-1:111122223333:function:"
)

// account is two pools, the second of which has a function of somebody else at PreSignUp,
// and the function.
type account struct {
	pools map[string]*attachtest.World
	past  []customresource.Request
	n     int
}

func begin(pool string) map[string]any {
	if pool == two {
		return map[string]any{"PreSignUp": alias + "theirs"}
	}
	return map[string]any{"CustomMessage": alias + "theirs"}
}

func newAccount() *account {
	return &account{pools: map[string]*attachtest.World{one: attachtest.New(one, begin(one)), two: attachtest.New(two, begin(two))}}
}

func (a *account) resource() resource {
	return resource{
		open: func(pool, request string) attach.Attacher { return a.pools[pool].Attacher(request) },
		ask:  cloud{}, log: slog.New(slog.DiscardHandler),
	}
}

// cloud lets every pool call every function, which returns what comes.
type cloud struct{ denied bool }

func (c cloud) Ask(_ context.Context, _, operation string, input any) (json.RawMessage, error) {
	policy := attachtest.Permission
	if c.denied {
		policy = "{}"
	}
	switch operation {
	case "GetPolicy":
		return json.Marshal(map[string]string{"Policy": policy})
	case "DescribeUserPool":
		return json.Marshal(map[string]any{"UserPool": attachtest.Described(one, nil)})
	}
	return input.(map[string]any)["Payload"].(json.RawMessage), nil
}

// No hook is set without the permission that it needs.
func TestR83_NoHookWithoutPermission(t *testing.T) {
	a := newAccount()
	r := a.resource()
	r.ask = cloud{denied: true}
	if err := r.apply(t.Context(), request("Create", "", hooked)); err == nil || !strings.Contains(err.Error(), "AccessDeniedException") || !maps.Equal(a.pools[one].Hooks(), begin(one)) {
		t.Errorf("%v, %v", err, a.pools[one].Hooks())
	}
}

// kill ends the process at a call, once.
func (a *account) kill(call int, late bool) {
	count, struck := 0, false
	strike := func(string) error {
		if count++; count == call && !struck {
			struck = true
			panic(killed{})
		}
		return nil
	}
	for _, pool := range a.pools {
		pool.Before, pool.After = nil, nil
		if late {
			pool.After = strike
		} else {
			pool.Before = strike
		}
	}
}

type killed struct{}

// deliver runs a request. A process that dies leaves it unanswered, and Lambda repeats it.
func (a *account) deliver(t *rapid.T, in customresource.Request) (failure error) {
	defer func() {
		if cause := recover(); cause != nil {
			if cause != any(killed{}) {
				panic(cause)
			}
			for _, pool := range a.pools {
				pool.Before, pool.After = nil, nil
			}
			failure = a.deliver(t, in)
		}
	}()
	return a.resource().apply(t.Context(), in)
}

// request sends a request of CloudFormation's; copies of it and of earlier ones come, too.
func (a *account) request(t *rapid.T, kind, physical string, now, before properties) (answered string, err error) {
	a.n++
	in := customresource.Request{RequestType: kind, RequestID: fmt.Sprint("r", a.n), PhysicalResourceID: physical, ResourceProperties: text(now)}
	if kind == "Update" {
		in.OldResourceProperties = text(before)
	}
	if rapid.IntRange(0, 2).Draw(t, "killed") == 0 {
		a.kill(rapid.IntRange(1, 15).Draw(t, "at call"), rapid.Bool().Draw(t, "late"))
	}
	err = a.deliver(t, in)
	a.past = append(a.past, in)
	for range rapid.IntRange(0, 2).Draw(t, "copies") {
		again := a.past[len(a.past)-1-rapid.IntRange(0, min(3, len(a.past)-1)).Draw(t, "copy of")]
		told := a.deliver(t, again)
		if again.RequestID == in.RequestID && fmt.Sprint(told) != fmt.Sprint(err) {
			t.Fatalf("the copy of %s is told %v, not %v", in.RequestID, told, err)
		}
	}
	return physicalID(in), err
}

func text(p properties) json.RawMessage { raw, _ := json.Marshal(p); return raw }

// stack is CloudFormation's side.
type stack struct {
	*account
	now      *properties // nil without the resource
	physical string
}

func (s *stack) create(t *rapid.T, p properties, fails bool) {
	physical, err := s.request(t, "Create", "", p, p)
	if err != nil || fails {
		s.must(t, "Delete", physical, p, p)
		return
	}
	s.now, s.physical = &p, physical
}

// update changes the properties. If it fails, or another resource does, CloudFormation sends
// the old ones. A resource that was replaced is deleted in the end.
func (s *stack) update(t *rapid.T, p properties, fails bool) {
	old, was := *s.now, s.physical
	physical, err := s.request(t, "Update", was, p, old)
	if err == nil && !fails {
		if s.now, s.physical = &p, physical; physical != was {
			s.must(t, "Delete", was, old, old)
		}
		return
	}
	if err != nil && rapid.Bool().Draw(t, "a failure does not replace") {
		physical = was
	}
	if back := s.must(t, "Update", physical, old, p); back != was {
		t.Fatalf("the rollback makes %s of %s", back, was)
	}
	if physical != was {
		s.must(t, "Delete", physical, p, p)
	}
}

func (s *stack) must(t *rapid.T, kind, physical string, now, before properties) string {
	id, err := s.request(t, kind, physical, now, before)
	if err != nil {
		t.Fatalf("%s of %s fails: %v", kind, physical, err)
	}
	return id
}

// holds compares the pools with what the stack says.
func (s *stack) holds(t *rapid.T, doing string) {
	for id, pool := range s.pools {
		hooks := begin(id)
		if s.now != nil && s.now.Pool == id {
			for name, arn := range s.now.Hooks {
				hooks[name] = arn
			}
		}
		want := attachtest.Described(id, hooks)
		want["LastModifiedDate"] = pool.Pool["LastModifiedDate"]
		if !reflect.DeepEqual(pool.Pool, want) {
			t.Fatalf("after %s, %s is\n%v\nnot\n%v", doing, id, pool.Pool, want)
		}
	}
}

// Whatever CloudFormation asks for, in whatever order, with copies, deaths and rollbacks: the
// pools are as the stack's last state says, and in the end as they were before all.
func TestR83_EveryHistoryEndsInWhatItsLastRequestSays(t *testing.T) {
	wishes := rapid.Custom(func(t *rapid.T) properties {
		p := properties{Pool: rapid.SampledFrom([]string{one, two}).Draw(t, "pool"), Hooks: map[string]string{}, Deployed: []string{rapid.SampledFrom([]string{"1", "2"}).Draw(t, "version")}}
		for _, name := range []string{"PreSignUp", "PostConfirmation"} {
			if name = rapid.SampledFrom([]string{name, ""}).Draw(t, "hook"); name != "" {
				p.Hooks[name] = alias + name + rapid.SampledFrom([]string{"A", "B"}).Draw(t, "function")
			}
		}
		if p.Pool == two && rapid.Bool().Draw(t, "replace") {
			p.Replace = []string{"PreSignUp"}
		}
		return p
	})
	form.Check(t, 100, 400, 20_000, func(t *rapid.T) {
		s := &stack{account: newAccount()}
		for range rapid.IntRange(1, 5).Draw(t, "deployments") {
			doing, fails := "an update", rapid.IntRange(0, 3).Draw(t, "another resource fails") == 0
			switch {
			case s.now == nil:
				doing = "a creation"
				s.create(t, wishes.Draw(t, "stack"), fails)
			case rapid.IntRange(0, 3).Draw(t, "delete") == 0:
				doing = "a deletion"
				s.must(t, "Delete", s.physical, *s.now, *s.now)
				s.now = nil
			default:
				s.update(t, wishes.Draw(t, "stack"), fails)
			}
			s.holds(t, doing)
		}
		if s.now != nil {
			s.must(t, "Delete", s.physical, *s.now, *s.now)
			s.now = nil
		}
		s.holds(t, "the end")
	})
}

var hooked = properties{Pool: one, Hooks: map[string]string{"PreSignUp": alias + "a:live"}}

func request(kind, physical string, p properties) customresource.Request {
	return customresource.Request{RequestType: kind, RequestID: kind, PhysicalResourceID: physical, ResourceProperties: text(p), OldResourceProperties: text(p)}
}

// failing makes calls of a pool fail.
func (a *account) failing(pool string, err error, calls ...string) {
	a.pools[pool].Before = func(call string) error {
		if slices.Contains(calls, call) {
			return err
		}
		return nil
	}
}

// A Delete succeeds unless functions would go that the pool may still call.
func TestR83_ADeleteFailsOnlyWhereThePoolMayStillCallTheSuite(t *testing.T) {
	const denied = attachtest.Coded("AccessDeniedException")
	for name, c := range map[string]struct {
		created bool
		prepare func(*account)
		want    string
	}{
		"never attached, no permission":      {false, func(a *account) { a.failing(one, denied, "describe", "mfa", "update") }, ""},
		"no record, the pool has other ones": {false, func(a *account) { a.failing(one, denied, "load") }, ""},
		"no record, the pool calls":          {true, func(a *account) { a.failing(one, denied, "load") }, "AccessDenied"},
		"no update":                          {true, func(a *account) { a.failing(one, denied, "update") }, "may still call the suite"},
		"nothing may be asked":               {true, func(a *account) { a.failing(one, denied, "load", "describe") }, "AccessDenied"},
		"pool gone":                          {true, func(a *account) { a.pools[one].Gone = true }, ""},
		"pool gone, no record":               {true, func(a *account) { a.pools[one].Gone = true; a.failing(one, denied, "load") }, ""},
	} {
		a := newAccount()
		if c.created {
			if err := a.resource().apply(t.Context(), request("Create", "", hooked)); err != nil {
				t.Fatal(err)
			}
		}
		c.prepare(a)
		err := a.resource().apply(t.Context(), request("Delete", one+suffix, hooked))
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A role that names one pool cannot look after another one: the update says so before it
// changes anything.
func TestR83_APoolThatTheRoleDoesNotNameIsNotLeftAttached(t *testing.T) {
	a := newAccount()
	_ = a.resource().apply(t.Context(), request("Create", "", hooked))
	a.failing(one, attachtest.Coded("AccessDeniedException"), "describe", "update", "mfa")
	in := request("Update", one+suffix, properties{Pool: two, Hooks: map[string]string{"PostConfirmation": alias + "a:live"}})
	in.OldResourceProperties = text(hooked)
	if err := a.resource().apply(t.Context(), in); err == nil || !strings.Contains(err.Error(), "pool.mode owner") || !maps.Equal(a.pools[two].Hooks(), begin(two)) {
		t.Errorf("%v, %v", err, a.pools[two].Hooks())
	}
}

func TestR83_WhatCannotBeReadIsRefused(t *testing.T) {
	for want, in := range map[string]customresource.Request{
		"names no pool":                  request("Create", "", properties{}),
		"reading the resource's":         {RequestType: "Create", ResourceProperties: json.RawMessage(`{"Pool":"` + one + `","Hooks":7}`)},
		`"Replace" is none of`:           request("Replace", "", hooked),
		`the resource "x" names no pool`: request("Delete", "x", hooked),
	} {
		a := newAccount()
		if err := a.resource().apply(t.Context(), in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
		if slices.Contains(a.pools[one].Calls, "update") {
			t.Error("an update was sent")
		}
	}
}

// A repeated request is told what it was told; if that could not be noted, it is done again.
func TestR83_ARepeatedRequestIsToldTheSame(t *testing.T) {
	a := newAccount()
	a.failing(one, attachtest.Coded("AccessDeniedException"), "update")
	first := a.resource().apply(t.Context(), request("Create", "", hooked))
	a.pools[one].Before = nil
	again := a.resource().apply(t.Context(), request("Create", "", hooked))
	if first == nil || again == nil || first.Error() != again.Error() || slices.Contains(a.pools[one].Calls[len(a.pools[one].Calls)-1:], "update") {
		t.Errorf("%v and then %v", first, again)
	}
	if err := a.resource().apply(t.Context(), request("Delete", one+suffix, hooked)); err != nil || !maps.Equal(a.pools[one].Hooks(), begin(one)) {
		t.Errorf("%v, %v", err, a.pools[one].Hooks())
	}
	if errors.Is(first, again) {
		t.Error("the second is remembered, not made")
	}
}
