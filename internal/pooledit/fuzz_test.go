package pooledit

import (
	"slices"
	"strings"
	"testing"
)

// Whatever is described: the edit does not panic, and every member that says something is in
// the request, is read only, is refused or is named.
func FuzzR82_NoMemberIsLostSilently(f *testing.F) {
	for _, row := range rows {
		f.Add(described(row.described), "Tomorrow", "EmailVerificationSubject")
	}
	for _, text := range []string{``, `null`, `[]`, `{`, `{"Id":"a","Id":"b"}`, `{"Id":"a","UserPoolId":"b"}`, `{"Id":"\ud800","\ud800":1}`, `{"Id":"a","LambdaConfig":[]}`, `{"Id":"a"} x`} {
		f.Add([]byte(text), "", "")
	}
	f.Fuzz(func(t *testing.T, text []byte, carry, drop string) {
		want := Want{Hooks: map[string]string{"PreSignUp": signUp, "PreTokenGeneration": tokens}, TokenVersion: "V3_0"}
		plan, err := Edit(text, want, Options{Carry: []string{carry}, Drop: []string{drop}})
		if err != nil {
			if plan.Request != nil || len(err.(Refusals)) == 0 || strings.Contains(err.Error(), "\n\n") {
				t.Fatalf("refused, and planned %s: %v", plan.Request, err)
			}
			return
		}
		in, _ := object(text)
		out, err := object(plan.Request)
		if err != nil {
			t.Fatalf("%s: %v", plan.Request, err)
		}
		notes := strings.Join(plan.Moved, "\n")
		for name, value := range in {
			to, known := members()[name]
			switch {
			case known && to == readOnly, !says(value), strings.Contains(notes, name):
			case slices.Contains([]string{"LambdaConfig", "AdminCreateUserConfig", "Policies", "UserPoolTags"}, name):
				lostWithin(t, name, value, out, notes)
			case !known && string(compact(out[name])) != string(compact(value)), known && string(compact(out[to])) != string(compact(value)):
				t.Fatalf("%s is lost: %s", name, plan.Request)
			}
		}
		if again, err := Edit([]byte(redescribed(out)), want, Options{Carry: []string{carry}}); err != nil || len(again.Changes) > 0 || !Same([]byte(redescribed(out)), plan.Request) {
			t.Fatalf("done, and there are changes %v, %v of %s", again.Changes, err, plan.Request)
		}
	})
}

// lostWithin looks into the objects that the edit changes.
func lostWithin(t *testing.T, name string, value raw, out map[string]raw, notes string) {
	inner, _ := object(value)
	kept, _ := object(out[name])
	for inside, value := range inner {
		switch {
		case name == "Policies" && inside == "PasswordPolicy", strings.HasPrefix(inside, "PreTokenGeneration"), inside == "PreSignUp":
		case inside == "UnusedAccountValidityDays", strings.Contains(notes, inside):
		case string(compact(kept[inside])) != string(compact(value)):
			t.Fatalf("%s.%s is lost: %s", name, inside, encode(out))
		}
	}
}

// redescribed returns the pool that a request makes.
func redescribed(request map[string]raw) raw {
	pool := map[string]raw{}
	for name, to := range members() {
		if value, is := request[to]; is {
			pool[name] = value
		}
	}
	for name, value := range request {
		if !slices.Contains([]string{"UserPoolId", "PoolName"}, name) {
			pool[name] = value
		}
	}
	return encode(pool)
}
