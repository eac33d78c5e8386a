// Package triggers is the suite's table of triggers: a row says what the functions do
// not share. The Makefile builds every folder here that has a main.go. The stack
// makes functions, roles, hooks, outputs and alarms from the rows. The policy's
// sections, the settings of single functions, the benchmarks and the checks of a
// deployment read them, too. A new trigger is a row, a folder here and a folder of
// events; tests name what is missing.
//
// The package imports nothing of the suite, so that every package may import it. The
// mains lie below it and do not belong to it.
package triggers

import (
	"slices"
	"strings"
)

// Row is a row that a trigger may write. Package table has its columns.
type Row int

// The rows.
const (
	Profile Row = iota
	SignIn
	// Legacy and Tries are the rows of a name of the old app, and of guesses at its password.
	Legacy
	Tries
)

// Trigger is one row of the table.
type Trigger struct {
	// Name is the trigger's name in Cognito's LambdaConfig. It is part of the
	// function's logical id and never changes: another name makes another function.
	Name string
	// Room is the folder of the function's code in triggers, of its build in
	// dist/<architecture> and of its events in events.
	Room string
	// Source is the part of its events' triggerSource before the underscore.
	Source string
	// Purpose is the function's description on AWS.
	Purpose string
	// Common is the case of its most frequent event; the benchmarks send it.
	Common string
	// Sections are the sections of the policy that it decides with.
	Sections []string
	// OnRequest says that a stage has it only if its settings ask for it.
	OnRequest bool
	// Versioned says that the pool chooses the version of the event.
	Versioned bool
	// Refuses says that it refuses users, which Lambda counts as an error.
	Refuses bool
	// Reads says that it reads AUTHZ, PROFILE and CLIENT.
	Reads bool
	// Compares says that it asks PROFILE for its digest before it writes the row.
	Compares bool
	// Witnesses are the metrics in AWS/Cognito of requests that do not succeed without a
	// call of the function. A sign-in through an identity provider is none, nor the token of
	// a machine: AWS does not say whether SignInSuccesses has it.
	Witnesses []string
	// Tries says that a request which fails has nearly always called the function, too.
	Tries bool
	// Writes lists the rows that it may update.
	Writes []Row
}

// UsesTable reports whether the function uses the table.
func (t Trigger) UsesTable() bool { return t.Reads || len(t.Writes) > 0 }

// All returns the rows, in the order in which the stack makes the functions.
func All() []Trigger {
	return []Trigger{
		{
			Name: "PreSignUp", Room: "presignup", Source: "PreSignUp",
			Purpose: "Decides who may sign up", Common: "self-allowed",
			Sections: []string{"signUp"}, Refuses: true,
			Witnesses: []string{"SignUpSuccesses"}, Tries: true,
		},
		{
			Name: "PostConfirmation", Room: "postconfirmation", Source: "PostConfirmation",
			Purpose: "Mirrors a confirmed user into the table", Common: "confirmed",
			Sections: []string{"mirror"},
			// The first federated sign-in has no post authentication event, so this
			// function counts it.
			Writes: []Row{Profile, SignIn},
		},
		{
			Name: "PreTokenGeneration", Room: "pretokengeneration", Source: "TokenGeneration",
			Purpose: "Says what a token carries", Common: "v2-authentication",
			// It heals a missing PROFILE, never a SIGNIN.
			Sections: []string{"mirror", "tokens", "atToken"}, Writes: []Row{Profile},
			Versioned: true, Reads: true, Witnesses: []string{"SignInSuccesses", "TokenRefreshSuccesses"},
			// Suspended and deleted users, a status that cannot be read, and what the policy
			// says: a rule with atToken: refuse, a profile with whenStoreIsDown: refuse.
			Refuses: true,
		},
		{
			Name: "PostAuthentication", Room: "postauthentication", Source: "PostAuthentication",
			Purpose: "Counts a sign-in and heals the mirror", Common: "signed-in",
			Sections: []string{"mirror", "moving"}, Compares: true, Writes: []Row{Profile, SignIn},
		},
		{
			Name: "UserMigration", Room: "usermigration", Source: "UserMigration",
			Purpose: "Moves a person of the old app who signs in for the first time", Common: "unknown-name",
			// It returns nobody for an unknown name and for a wrong password, which are no errors.
			Sections: []string{"migration"}, OnRequest: true, Writes: []Row{Legacy, Tries},
		},
	}
}

// Usual returns the rows that a stage has without asking, in the same order.
func Usual() []Trigger {
	return slices.DeleteFunc(All(), func(t Trigger) bool { return t.OnRequest })
}

// RoomOf returns the room of the function for a triggerSource, such as presignup for
// PreSignUp_SignUp; "" if there is none.
func RoomOf(source string) string {
	kind, _, _ := strings.Cut(source, "_")
	for _, t := range All() {
		if t.Source == kind {
			return t.Room
		}
	}
	return ""
}

// Names returns the triggers' names.
func Names() []string { return column(func(t Trigger) string { return t.Name }) }

// Rooms returns the functions' folders.
func Rooms() []string { return column(func(t Trigger) string { return t.Room }) }

// UsualNames returns the names of the usual rows.
func UsualNames() []string { return columnOf(Usual(), func(t Trigger) string { return t.Name }) }

func column(of func(Trigger) string) []string { return columnOf(All(), of) }

func columnOf(rows []Trigger, of func(Trigger) string) []string {
	var all []string
	for _, t := range rows {
		all = append(all, of(t))
	}
	return all
}
