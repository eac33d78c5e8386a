package userpool

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A template's user is an administrator's, whom nobody invites unless asked to.
func TestATemplatesUsersAreCreated(t *testing.T) {
	r, sent := mailRig(t, nil)
	err := r.Create(
		TemplateUser{Username: ada, Attributes: map[string]string{"name": "Ada", "custom:plan": "pro"}, ValidationData: map[string]string{"b": "2", "a": "1"}, Groups: []string{"editors", "admins"}},
		TemplateUser{Username: "bea@example.com", DesiredDeliveryMediums: []string{"EMAIL"}},
		TemplateUser{Username: "cyd@example.com", DesiredDeliveryMediums: []string{"EMAIL"}, MessageAction: "SUPPRESS"},
	)
	if err != nil {
		t.Fatal(err)
	}
	wantSources(t, r.fns.sources(t), "PreSignUp_AdminCreateUser", "PreSignUp_AdminCreateUser", "PreSignUp_AdminCreateUser")
	u := theUser(t, r, ada)
	if u.attributes["name"] != "Ada" || u.attributes["custom:plan"] != "pro" || u.status != forceChangePassword || !slices.Equal(u.groups, []string{"editors", "admins"}) {
		t.Errorf("the user is %+v", u)
	}
	if messages := sent(); len(messages) != 1 || messages[0].To != "bea@example.com" {
		t.Errorf("sent %+v", messages)
	}
	r.fns.answer(preSignUp, func(ev []byte) ([]byte, error) {
		if !strings.Contains(string(ev), `"validationData":{"a":"1","b":"2"}`) {
			t.Errorf("the trigger sees %s", ev)
		}
		return nil, &FunctionError{"errorString", "nobody new"}
	})
	err = r.Create(TemplateUser{Username: "dee@example.com", ValidationData: map[string]string{"b": "2", "a": "1"}})
	if err == nil || err.Error() != "creating user dee@example.com of the template: UserLambdaValidationException: PreSignUp failed with error nobody new." {
		t.Errorf("a refusing trigger: %v", err)
	}
	r.fns.answer(preSignUp, nil)
	err = r.Create(TemplateUser{Username: "eve@example.com", Groups: []string{"none"}})
	if err == nil || err.Error() != "creating user eve@example.com of the template: ResourceNotFoundException: Group not found." {
		t.Errorf("a group that is not there: %v", err)
	}
}

// What the template has no longer goes, and what it has again is made again.
func TestATemplatesUsersComeAndGo(t *testing.T) {
	r := startRig(t, nil)
	of := func(names ...string) (users []TemplateUser) {
		for _, name := range names {
			users = append(users, TemplateUser{Username: name + "@example.com"})
		}
		return users
	}
	var last string
	for _, names := range [][]string{{"ada", "bea"}, {"bea", "cyd"}, {"ada", "bea", "cyd"}} {
		if err := r.Create(of(names...)...); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"ada", "bea", "cyd"} {
			if _, there := r.store.find(name + "@example.com"); there != slices.Contains(names, name) {
				t.Errorf("of %v: %s is there: %v", names, name, there)
			}
		}
		bea := theUser(t, r, "bea@example.com").sub
		if last != "" && bea != last {
			t.Error("a user who stays is another one")
		}
		last = bea
	}
}

// Whoever keeps a pool is told of each change, and of the keys as soon as they are there.
func TestR64_WhoKeepsAPoolIsToldOfChanges(t *testing.T) {
	var changes atomic.Int32
	var settings []string
	r := startRig(t, func(_ *Config, o *Options) {
		o.OnChange = func() { changes.Add(1) }
		o.OnSettings = func(id string, before, after Settings) {
			settings = append(settings, fmt.Sprintf("%v %v %v", id == poolUnderTest, before["DeletionProtection"], after["DeletionProtection"]))
		}
	})
	for i := 0; i < 10_000 && changes.Load() < 2; i++ {
		time.Sleep(time.Millisecond)
	}
	if n := changes.Load(); n != 2 {
		t.Errorf("told %d times of two keys", n)
	}
	for name, change := range map[string]func(){
		"a request": func() { r.must(t, "ListGroups", inPool()) }, "an import": func() { r.imports(t, mail(0)) }, "the template's users": func() { _ = r.Create() },
	} {
		before := changes.Load()
		if change(); changes.Load() != before+1 {
			t.Errorf("told %d times of %s", changes.Load()-before, name)
		}
	}
	r.must(t, "UpdateUserPool", inPool("DeletionProtection", "ACTIVE"))
	r.create(t, object{"PoolName": "p"})
	if got := strings.Join(settings, ", "); got != "true INACTIVE ACTIVE, false <nil> INACTIVE" {
		t.Errorf("told of %s", got)
	}
}

// Keys that were read are written as they were.
func TestR64_KeysThatWereReadAreWrittenAgain(t *testing.T) {
	if _, err := testKeys.jwks(); err != nil { // makes them
		t.Fatal(err)
	}
	before, err := json.Marshal(testKeys)
	if err != nil {
		t.Fatal(err)
	}
	var again keyPair
	if err := json.Unmarshal(before, &again); err != nil {
		t.Fatal(err)
	}
	if after, err := json.Marshal(&again); err != nil || !bytes.Equal(before, after) || bytes.Contains(before, []byte("null")) {
		t.Errorf("the keys have changed: %v", err)
	}
	if json.Unmarshal([]byte(`"x"`), new(epoch)) == nil {
		t.Error("a time that is a text is read")
	}
}
