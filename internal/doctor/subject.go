package doctor

import (
	"slices"
	"strings"
	"time"
)

// Subject is what the stack wants. A zero field is not known, or not wanted.
type Subject struct {
	Pool, Table, Stack string
	// Triggers are those of the stage, any subset.
	Triggers []Trigger
	// TokenVersion is that of pretokengeneration's event: V1_0, V2_0 or V3_0.
	TokenVersion string

	// Now is the time of the examination.
	Now time.Time
	// Stage is what the stage's file says; nil if there is none.
	Stage *Stage
}

// Stage is what a stage's file asks for, as far as a check needs to know.
type Stage struct {
	// Disposable stages are for trying things out: what protects data and sign-ins in
	// production is not asked of them.
	Disposable bool
	// Plan is the least plan that the stage needs: LITE, ESSENTIALS or PLUS.
	Plan string
	// PhoneFirst says that a new password is got by text message first: whose second factor is
	// e-mail cannot get it by e-mail.
	PhoneFirst bool
	// DefaultMail says that Cognito's own sender is enough.
	DefaultMail bool
	// SelfRules is the number of rules that judge people who sign up themselves; Closed says
	// that nobody is to do that.
	SelfRules int
	Closed    bool
	// Trusted are the attributes from which claims and rights come: no client may write them.
	Trusted []string
	// TrustsEmail are the identity providers that the stage lets say which addresses are verified.
	TrustsEmail []string
	// Clients are the app clients that the stage knows, by id.
	Clients map[string]Client
	// PromisedHours is how old the last whole pass of the sweep may be; 0 is without a schedule.
	PromisedHours int
}

// Client is an app client that the stage knows.
type Client struct {
	Name string
	// Hidden are the attributes that its token profile keeps from its users.
	Hidden []string
	// Password says that the stage asks for the flow USER_PASSWORD_AUTH.
	Password bool
}

// disposable reports whether the stage says so.
func (s *Subject) disposable() bool { return s.Stage != nil && s.Stage.Disposable }

// has reports whether the suite has a trigger.
func (s *Subject) has(trigger string) bool {
	return slices.ContainsFunc(s.Triggers, func(t Trigger) bool { return t.Name == trigger })
}

// Trigger is a trigger with its function.
type Trigger struct {
	Name string // its member of LambdaConfig: PreSignUp …
	// Function is the function's name, Alias its alias that the pool calls, Version the version
	// that the stack points the alias to; with "" the stack is asked.
	Function, Alias, Version string
}

// TokenTrigger has two members of LambdaConfig (API reference, LambdaConfigType): the one of its
// name, and the newer Config with a version.
const TokenTrigger = "PreTokenGeneration"

// ARN returns the ARN of the trigger's alias, which is in the partition, Region and account of
// the pool with that ARN; "" if that is none.
func (t Trigger) ARN(pool string) string {
	of := fields(pool)
	if of[5] == "" {
		return ""
	}
	return strings.Join([]string{"arn", of[1], "lambda", of[3], of[4], "function", t.Function, t.Alias}, ":")
}

// fields returns the six fields of an ARN, arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE; those
// that are not there are "".
func fields(arn string) []string { return strings.Split(arn+":::::", ":") }
