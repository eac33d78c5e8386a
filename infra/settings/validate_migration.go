package settings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
	"github.com/cognito-triggers/cognito-triggers/internal/migration/wire"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// migration checks what moves people.
func (c *checker) migration(s *Settings) {
	m := s.Migration
	for path, rules := range s.ruleSets() {
		if rules.Waiting != nil && m.Waiting == "" {
			c.faults.Add(path+".waiting", "knows nobody who waits: there is no migration.waiting", "name the file that `migrate load` writes, or remove the rule")
		}
	}
	if !m.Made() {
		return
	}
	c.refuse("migration", []refusal{
		{len(m.Hashes) == 0 && m.OldApp == OldApp{}, "moves nobody: it names neither hashes nor the old app", "write hashes, as `migrate triage` prints them, or oldApp.url"},
		{len(m.Hashes) > 0 && m.OldApp != OldApp{}, "checks passwords in the table and in the old app: how long an answer takes would say who is where", "write hashes or oldApp"},
	})
	c.kinds(m.Hashes)
	c.oldApp(s)
	oneOf(c, "migration.pepper.joined", m.Pepper.Joined, PepperAppended, PepperPrepended, PepperHMACHex, PepperHMACBase64)
	c.secret("migration.pepper.secret", m.Pepper.Secret, s.Region)
	if m.Pepper.Joined != "" && m.Pepper.Secret == (Secret{}) {
		c.faults.Add("migration.pepper.secret", "is missing", "store the pepper, and write the ARN of the secret")
	}
	c.secret("migration.firebaseSigner", m.FirebaseSigner, s.Region)
	firebase := slices.ContainsFunc(m.Hashes, func(h WaitingHashes) bool { return strings.HasPrefix(h.Kind, "firebase-scrypt:") })
	c.refuse("migration.firebaseSigner", []refusal{
		{firebase && m.FirebaseSigner == Secret{}, "is missing: hashes of Firebase are encrypted with it", "store base64_signer_key of the project, and write the ARN of the secret"},
		{!firebase && m.FirebaseSigner != Secret{}, "is for hashes of the kind firebase-scrypt, and there are none", "remove it"},
	})
	c.passwords(m.PasswordPolicy)
	c.passwordFlow(s)
	c.migrationMemory(s)
	if !s.hooks("PostAuthentication") {
		c.faults.Add("migration", "ends nobody's wait: triggers lacks postAuthentication, which sees who has signed in", "add postAuthentication to triggers")
	}
}

// kinds checks the kinds of hashes. No function checks one that is too slow.
func (c *checker) kinds(hashes []WaitingHashes) {
	var kinds []string
	for i, h := range hashes {
		at := policy.Item("migration.hashes", i)
		kind, err := hash.ParseKind(h.Kind)
		switch {
		case h.Kind == "":
			c.faults.Add(at+".kind", "is missing", "write it as `migrate triage` prints it, such as bcrypt:13")
		case err != nil:
			c.faults.Add(at+".kind", policy.Shown(h.Kind)+" is not a kind of password hashes", "write it as `migrate triage` prints it, such as bcrypt:13")
		case slices.Contains(kinds, h.Kind):
			c.faults.Add(at+".kind", fmt.Sprintf("%q is listed already", h.Kind), "list it once, with all its people")
		case kind.Cost().CPU > hash.MostCPU:
			c.faults.Add(at+".kind", fmt.Sprintf("%s takes %.0f ms of a whole processor of Lambda, and a sign-in has time for %d", h.Kind, kind.Cost().CPU, hash.MostCPU),
				"remove it: those people choose a new password (`migrate triage` says reset)")
		}
		if h.People < 1 {
			c.faults.Add(at+".people", fmt.Sprintf("%d is not a number of people", h.People), "write how many `migrate triage` counts")
		}
		kinds = append(kinds, h.Kind)
	}
}

// oldApp checks where the old app answers. The address is part of the template, so that no
// event changes it.
func (c *checker) oldApp(s *Settings) {
	const at = "migration.oldApp"
	o := s.Migration.OldApp
	if o == (OldApp{}) {
		return
	}
	switch {
	case o.URL == "":
		c.faults.Add(at+".url", "is missing", "write where the old app answers, such as https://app.example/cognito-migration")
	case !wire.IsAddress(o.URL):
		c.faults.Add(at+".url", "is not an address that a password is sent to", "write it out, with https:// and without a user and a fragment; http is for this machine, in make local")
	}
	if o.Secret == (Secret{}) {
		c.faults.Add(at+".secret", "is missing: the old app would answer everybody", "store a secret of 24 random bytes or more, as whsec_ and base64, and write its ARN")
	}
	c.secret(at+".secret", o.Secret, s.Region)
}

// passwords checks what is said of the pool's password policy.
func (c *checker) passwords(p PasswordPolicy) {
	const at = "migration.passwordPolicy"
	eachOf(c, at+".requires", p.Requires, Lowercase, Uppercase, Digits, Symbols)
	c.refuse(at, []refusal{
		{!c.given.Pool && p.made(), "is that of the stack's own pool", "remove it; passwordMinimumLength says the rest"},
		{c.given.Pool && p.MinimumLength == 0, "lacks minimumLength: Cognito does not hold moved passwords to the pool's policy, so the function must know it", "write what the pool has, such as {minimumLength: 8, requires: [lowercase, digits]}"},
	})
}

// passwordFlow checks that a client sends passwords: SRP shows the function none (developer
// guide, "Importing users with a user migration Lambda trigger"). What clients a pool of
// somebody else has is unknown.
func (c *checker) passwordFlow(s *Settings) {
	if with, _ := s.passwordClients(); !c.given.Pool && len(with) == 0 {
		c.faults.Add("migration", "cannot see a password: no client of users has the flow password or admin", "add password to flows of the clients that people sign in with")
	}
}

// passwordClients returns the stack's clients of users that send passwords, and the others.
func (s *Settings) passwordClients() (with, without []string) {
	for _, name := range s.clientsOf(false) {
		if flows := s.Clients[name].Flows; slices.Contains(flows, FlowPassword) || slices.Contains(flows, FlowAdmin) {
			with = append(with, name)
		} else {
			without = append(without, name)
		}
	}
	return with, without
}

// migrationMemory checks that a memory which is written down is enough.
func (c *checker) migrationMemory(s *Settings) {
	least, worst := s.Migration.memoryMiB()
	if written := s.Functions[Migrator].MemoryMiB; written > 0 && written < least {
		c.faults.Add(policy.Child("functions", Migrator)+".memoryMiB", fmt.Sprintf("%d is too little for %s, which needs %d to be checked within its time", written, worst, least), "raise it, or remove it")
	}
}

// moving warns of what a migration leaves open while it lasts.
func moving(s *Settings, given Given) policy.Faults {
	var warnings policy.Faults
	m := s.Migration
	if !m.Made() {
		return nil
	}
	if with, without := s.passwordClients(); len(with) > 0 {
		problem := "people who wait sign in through " + strings.Join(with, ", ") + ", which sends passwords to Cognito"
		if len(without) > 0 {
			problem += ", and cannot sign in through " + strings.Join(without, ", ")
		}
		warnings.Add("migration", problem, "leave it until `migrate finish`, which says when to take the flow away")
	}
	if m.Waiting == "" && (s.SelfSignUp || given.Pool && !given.Closed) {
		warnings.Add("migration.waiting", "is missing: a stranger who signs up first with the address of somebody who waits owns it", "name the file that `migrate load` writes")
	}
	if given.Pool && m.Waiting != "" && !slices.Contains(given.Keeps, "email") {
		warnings.Add("migration.waiting", "is judged at sign-up alone, and the pool is not known to keep an address until the new one is verified: a user may change his to one that waits",
			"set UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate of the pool to [email], and phone_number where people sign in with it")
	}
	return warnings
}
