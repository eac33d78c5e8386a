package settings

import (
	"cmp"
	"math"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Migration moves the people of an old app, with their passwords: at the first sign-in to the
// pool, a function checks the password by the rows that `migrate load` wrote, or asks the old
// app, and Cognito makes the user. The chapter "Moving an app's
// users" says how.
type Migration struct {
	// Hashes are the kinds of password hashes that wait in the table, as `migrate triage`
	// prints them. The function's memory follows from the slowest. Default: none, OldApp is
	// asked. Example: [{kind: "bcrypt:13", people: 61234}].
	Hashes []WaitingHashes `yaml:"hashes"`

	// Waiting is the file that `migrate load` wrote, relative to where synth runs: nobody signs
	// up with a name in it (policy.signUp.waiting). Keep it out of the repository: who has it can
	// ask for any address whether it waits. Default: "", none. Example: dist/prod.waiting.
	// WARNING: without it, a stranger who signs up first with the address of somebody who waits owns it.
	Waiting string `yaml:"waiting"`

	// OldApp is asked in place of the table, which then has no hashes. Default: none.
	OldApp OldApp `yaml:"oldApp"`

	// Pepper is a secret of the old app that is in each hash. Default: none.
	Pepper Pepper `yaml:"pepper"`

	// FirebaseSigner is base64_signer_key of a Firebase project. Default: none.
	FirebaseSigner Secret `yaml:"firebaseSigner"`

	// PasswordPolicy is that of a pool that the stack does not make: a password that it would
	// refuse must be changed at the first sign-in, since Cognito does not look at it (developer
	// guide, "Importing users with a user migration Lambda trigger"). For a pool of the stack
	// it is known. Default: none. Example: {minimumLength: 8, requires: [digits]}.
	PasswordPolicy PasswordPolicy `yaml:"passwordPolicy"`
}

// WaitingHashes are the people whose passwords are stored as one kind of hash.
type WaitingHashes struct {
	// Kind is the format with its parameters, as `migrate triage` prints it. No default. Example:
	// "argon2id:19456,2,1".
	Kind string `yaml:"kind"`

	// People is how many there are. By their shares the function chooses what it computes for
	// a name that nobody has, so that an unknown name takes as long as a wrong password. No
	// default. Example: 61234.
	People int `yaml:"people"`
}

// Pepper is a secret of the old app that is in each hash of a password.
type Pepper struct {
	// Secret says where it is. Default: none.
	Secret Secret `yaml:"secret"`

	// Joined is how the old app put it to a password before it hashed both. For Spring's
	// Pbkdf2PasswordEncoder, whose secret it is, the format says it. Default: "" means
	// PepperAppended. Example: hmac-hex.
	Joined Joining `yaml:"joined"`
}

// Joining is how a pepper gets into a password.
type Joining string

// The ways.
const (
	PepperAppended   Joining = "append"      // behind the password, as Devise does
	PepperPrepended  Joining = "prepend"     // before it
	PepperHMACHex    Joining = "hmac-hex"    // HMAC-SHA-256 of the password with the pepper as key, as hexadecimal digits
	PepperHMACBase64 Joining = "hmac-base64" // the same as base64
)

// PasswordPolicy is what a pool wants of a password.
type PasswordPolicy struct {
	// MinimumLength is in characters. Default: 0, not said. Example: 8.
	MinimumLength int `yaml:"minimumLength" range:"6,99"`

	// Requires are the kinds of characters of which one is needed. Default: none. Example:
	// [lowercase, uppercase, digits, symbols].
	Requires []Characters `yaml:"requires"`
}

// Characters are a kind of characters.
type Characters string

// The kinds.
const (
	Lowercase Characters = "lowercase"
	Uppercase Characters = "uppercase"
	Digits    Characters = "digits"
	Symbols   Characters = "symbols" // those that Cognito takes for special
)

// OldApp is the app that people come from, where it answers whether a password is right.
type OldApp struct {
	// URL is where it answers, over HTTPS; `make local` takes http of this machine, too.
	// Default: "", none. Example: https://app.example/cognito-migration.
	URL string `yaml:"url"`

	// Secret signs each question, so that the app answers nobody else. While you rotate it, the
	// secret holds both, with a blank between them. Default: none.
	Secret Secret `yaml:"secret"`
}

// Made reports whether the stage moves people.
func (m Migration) Made() bool {
	return len(m.Hashes) > 0 || m.Waiting != "" || m.OldApp != OldApp{} || m.Pepper != Pepper{} || m.FirebaseSigner != Secret{} || m.PasswordPolicy.made()
}

func (p PasswordPolicy) made() bool { return p.MinimumLength != 0 || len(p.Requires) > 0 }

// Migrator is the trigger that moves people, by Cognito's name for it.
const Migrator = "UserMigration"

// migratorConcurrency is how many passwords are checked at a time, unless the stage says
// otherwise: a stranger who tries passwords buys no more of the account's processors.
const migratorConcurrency = 20

// usualCheck is the time that a check may take, of the function's 2.5 seconds for an event
// (kernel.WorkBudget): the rest is for three requests to the table, one of them repeated. More
// memory is bought until the slowest kind keeps to it, and no more than makes a processor
// whole: a kind that takes longer then has hash.MostCPU, which still leaves a second.
const usualCheck = 1000 // milliseconds

// wholeProcessor is the memory in MiB from which a function has one (Lambda developer guide,
// "Configure Lambda function memory"); with less it has as much of one as of this memory.
const wholeProcessor = 1769

// memoryMiB returns the memory that the function needs for the kind that needs most of it, and
// that kind; 0 without hashes. A check allocates anew, and the garbage of the one before may
// still be there.
func (m Migration) memoryMiB() (most int, worst string) {
	const program = 128
	for _, h := range m.Hashes {
		kind, err := hash.ParseKind(h.Kind)
		if err != nil {
			continue // which is a fault of its own
		}
		cost := kind.Cost()
		speed := min(wholeProcessor, int(math.Ceil(wholeProcessor*cost.CPU/usualCheck)))
		if need := max(speed, program+2*cost.Bytes>>20); need > most {
			most, worst = need, h.Kind
		}
	}
	return most, worst
}

// migrator returns the settings of the function that moves people, with its defaults.
func (s *Settings) migrator(memoryMiB int) FunctionSettings {
	f := s.Functions[Migrator]
	least, _ := s.Migration.memoryMiB()
	f.MemoryMiB = cmp.Or(f.MemoryMiB, max(memoryMiB, (least+63)/64*64))
	f.ReservedConcurrency = cmp.Or(f.ReservedConcurrency, migratorConcurrency)
	return f
}

// migration returns what the function decides with.
func (s *Settings) migration(given Given) policy.Migration {
	m := s.Migration
	if !m.Made() {
		return policy.Migration{}
	}
	shipped := policy.Migration{OldApp: m.OldApp.URL, Peppered: string(m.Pepper.Joined)}
	for _, h := range m.Hashes {
		shipped.Hashes = append(shipped.Hashes, policy.HashShare{Kind: h.Kind, Share: h.People})
	}
	asked := m.PasswordPolicy
	if !given.Pool {
		asked = PasswordPolicy{cmp.Or(s.PasswordMinimumLength, minimumLength), []Characters{Lowercase, Uppercase, Digits, Symbols}}
	}
	requires := func(kind Characters) bool { return slices.Contains(asked.Requires, kind) }
	shipped.Passwords = policy.PasswordRules{
		MinLength: asked.MinimumLength, Lower: requires(Lowercase), Upper: requires(Uppercase), Digits: requires(Digits), Symbols: requires(Symbols),
	}
	return shipped
}
