// Package triggers is the suite's table of triggers: a row says what the functions
// do not share. The Makefile builds every folder here that has a main.go; the stack
// makes functions, roles, hooks, outputs and alarms from the rows; the policy's
// sections, the settings of single functions, the benchmarks and the checks of a
// deployment read them too. A further trigger is a row, a folder here and a folder
// of events; tests name what is missing.
//
// The package imports nothing of the suite, so that everything may read it. The
// mains lie below it and are no part of it.
package triggers

// Row is a row of a user that a trigger may write. Package table knows its columns.
type Row int

// The rows.
const (
	Profile Row = iota
	SignIn
)

// Trigger is one row.
type Trigger struct {
	// Name is the trigger's name in Cognito's LambdaConfig. It is a part of the
	// function's logical id and never changes: another one is another function.
	Name string
	// Room is the folder of the function's code below triggers, of its build below
	// dist/<architecture> and of its events below events.
	Room string
	// Source is what the triggerSource of its events begins with, before the
	// underscore.
	Source string
	// Purpose is the function's description on AWS.
	Purpose string
	// Common is the case of its most frequent event, which benchmarks send.
	Common string
	// Sections are the sections of the policy that it decides with.
	Sections []string
	// Versioned says that the pool chooses the version of the event.
	Versioned bool
	// Refuses says that it turns users away, which Lambda counts as an error.
	Refuses bool
	// Reads says that it reads AUTHZ, PROFILE and CLIENT.
	Reads bool
	// Writes are the rows that it may update.
	Writes []Row
}

// UsesTable reports whether the function knows the table.
func (t Trigger) UsesTable() bool { return t.Reads || len(t.Writes) > 0 }

// All returns the rows, in the order in which the stack makes the functions.
func All() []Trigger {
	return []Trigger{
		{
			Name: "PreSignUp", Room: "presignup", Source: "PreSignUp",
			Purpose: "Decides who may sign up", Common: "self-allowed",
			Sections: []string{"signUp"}, Refuses: true,
		},
		{
			Name: "PostConfirmation", Room: "postconfirmation", Source: "PostConfirmation",
			Purpose: "Mirrors a confirmed user into the table", Common: "confirmed",
			Sections: []string{"mirror"},
			// The first federated sign-in has no post authentication event and is
			// counted here.
			Writes: []Row{Profile, SignIn},
		},
		{
			Name: "PreTokenGeneration", Room: "pretokengeneration", Source: "TokenGeneration",
			Purpose: "Says what a token carries", Common: "v2-authentication",
			// It heals a PROFILE that is missing, never a SIGNIN.
			Sections: []string{"mirror", "tokens"}, Writes: []Row{Profile},
			Versioned: true, Reads: true,
			Refuses: true, // suspended and deleted users
		},
		{
			Name: "PostAuthentication", Room: "postauthentication", Source: "PostAuthentication",
			Purpose: "Counts a sign-in and heals the mirror", Common: "signed-in",
			Sections: []string{"mirror"}, Writes: []Row{Profile, SignIn},
		},
	}
}

// Names returns the triggers' names.
func Names() []string { return column(func(t Trigger) string { return t.Name }) }

// Rooms returns the functions' folders.
func Rooms() []string { return column(func(t Trigger) string { return t.Room }) }

func column(of func(Trigger) string) []string {
	var all []string
	for _, t := range All() {
		all = append(all, of(t))
	}
	return all
}
