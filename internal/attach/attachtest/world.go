// Package attachtest is a user pool and the record of it in memory, for tests of what attaches.
package attachtest

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/attach"
)

// Object is a JSON object.
type Object = map[string]any

// World is a pool with its record and a clock that stands still. Its update replaces all
// settings, as AWS documents it. It is not safe for concurrent use.
type World struct {
	Pool   Object
	Second string // the answer of GetUserPoolMfaConfig
	Record attach.Record
	Gone   bool
	Time   time.Time
	Calls  []string

	// Before is called before each call; with an error the call is not done. After is called
	// behind it; with an error its reply is lost.
	Before, After func(call string) error
}

// New returns a pool with these hooks.
func New(id string, hooks Object) *World {
	return &World{Pool: Described(id, hooks), Second: `{"MfaConfiguration":"OFF"}`, Time: time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)}
}

const arn = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/p"

// Permission is the policy of an alias that every pool of New may call.
const Permission = `{"Statement":[{"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},` +
	`"Condition":{"StringEquals":{"AWS:SourceAccount":"111122223333"},"ArnLike":{"AWS:SourceArn":"` + arn + `"}}}]}`

// Described is what New begins with.
func Described(id string, hooks Object) Object {
	return Object{
		"Id": id, "Name": "people", "Arn": arn, "CreationDate": 1.5, "LastModifiedDate": 2.5, "EstimatedNumberOfUsers": 3.0,
		"LambdaConfig": maps.Clone(hooks), "UserPoolTier": "ESSENTIALS", "MfaConfiguration": "OFF",
		"Policies": Object{"PasswordPolicy": Object{"MinimumLength": 12.0}}, "EmailVerificationMessage": "{####}",
		"AdminCreateUserConfig": Object{"AllowAdminCreateUserOnly": true}, "DeletionProtection": "ACTIVE",
	}
}

// Coded is an error of AWS.
type Coded string

// Error returns the code.
func (c Coded) Error() string { return string(c) }

// ErrorCode returns the code.
func (c Coded) ErrorCode() string { return string(c) }

// do runs a call between what goes wrong.
func (w *World) do(call string, f func() error) error {
	w.Calls = append(w.Calls, call)
	if w.Before != nil {
		if err := w.Before(call); err != nil {
			return err
		}
	}
	if call != "load" && call != "save" && w.Gone {
		return Coded("ResourceNotFoundException")
	}
	err := f()
	if err == nil && w.After != nil {
		err = w.After(call)
	}
	return err
}

// Describe is the call describe.
func (w *World) Describe(context.Context) (raw json.RawMessage, err error) {
	err = w.do("describe", func() error { raw, _ = json.Marshal(w.Pool); return nil })
	return raw, err
}

// MFA is the call mfa.
func (w *World) MFA(context.Context) (json.RawMessage, error) {
	return json.RawMessage(w.Second), w.do("mfa", func() error { return nil })
}

// Update is the call update.
func (w *World) Update(_ context.Context, request json.RawMessage) error {
	return w.do("update", func() error {
		next := Object{}
		if err := json.Unmarshal(request, &next); err != nil {
			return err
		}
		if next["UserPoolId"] != w.Pool["Id"] || next["PoolName"] != w.Pool["Name"] {
			return Coded("InvalidParameterException")
		}
		delete(next, "UserPoolId")
		delete(next, "PoolName")
		for _, name := range []string{"Id", "Name", "Arn", "CreationDate", "EstimatedNumberOfUsers"} {
			next[name] = w.Pool[name]
		}
		next["LastModifiedDate"] = w.Pool["LastModifiedDate"].(float64) + 1
		w.Pool = next
		return nil
	})
}

// Load is the call load.
func (w *World) Load(context.Context) (r attach.Record, err error) {
	err = w.do("load", func() error { r = w.Record; return nil })
	return r, err
}

// Save is the call save.
func (w *World) Save(_ context.Context, r attach.Record) error {
	return w.do("save", func() error {
		if r.Rev != w.Record.Rev+1 {
			return attach.ErrOther
		}
		w.Record = r
		return nil
	})
}

// Now returns the time of its clock.
func (w *World) Now() time.Time { return w.Time }

// Sleep moves the clock.
func (w *World) Sleep(ctx context.Context, d time.Duration) error {
	w.Time = w.Time.Add(d)
	return ctx.Err()
}

// Attacher returns one that works on this pool.
func (w *World) Attacher(by string) attach.Attacher {
	return attach.Attacher{Pool: w, Records: w, Clock: w, By: by}
}

// Hooks returns the pool's LambdaConfig.
func (w *World) Hooks() Object { return w.Pool["LambdaConfig"].(Object) }
