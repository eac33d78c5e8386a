package infra

import (
	"slices"
	"strings"
)

// The kinds of alarms. A kind is the end of an alarm's name.
const (
	broken     = "Broken"
	throttles  = "Throttles"
	hookLost   = "HookLost"
	signInDead = "SignInDead"
	slow       = "Slow"
	short      = "Short"
	mirror     = "Mirror"
	lasting    = "Lasting"
	refused    = "Refused"
	failed     = "Failed"
	incomplete = "Incomplete"
	passAge    = "PassAge"
	hooksWrong = "HooksWrong"
	aliasMoved = "AliasMoved"
)

// entry is what the person who is told must know of a kind of alarm. The alarm's
// description and the dashboard have it from here.
type entry struct {
	kind string
	// page says that it wakes somebody; else it is a ticket for the next working day.
	page         bool
	meaning, act string
}

func (e entry) text() string { return e.meaning + " " + e.act }

// runbook returns the kinds of alarms, the most urgent first.
func runbook() []entry {
	return []entry{
		{
			broken, true, "Calls of the function fail: it crashes, runs out of time, cannot start, or refuses because it could not decide.",
			"`ops logs` shows the causes (level ERROR in its log). If it began with a deployment: `ops rollback`.",
		},
		{
			hookLost, true, "People sign up or sign in and the pool does not call the function: the hook or the alias's permission is gone, so the policy does not act.",
			"Look at the pool's Lambda triggers and the permission of the function's alias live. `ops deploy` with `-- --revert-drift` puts back what is missing, and takes a rollback back; without it nothing is compared.",
		},
		{
			hooksWrong, true, "The pool no longer calls the suite as deployed: a hook is empty or somebody else's, a permission, a function or the pool is gone. Or the tripwire itself did not look, or was not answered.",
			"`ops doctor --watch` says what and, where CloudTrail knows, who made the change, as the function's log line does. Ask them; then `ops adopt plan` and apply where the stage attaches the pool, else `ops deploy` with `-- --revert-drift`; `ops doctor` judges the rest. If a pipeline empties the hooks, put them into its code (pool.mode: owner).",
		},
		{
			signInDead, true, "Through one app client, every sign-in fails: the client or the pool was changed, its function refuses everybody, or somebody tries passwords and nobody else is there.",
			"Sign in yourself, then look at the log of PreTokenGeneration, at CloudTrail for changes of pool and client, and at the addresses of the requests.",
		},
		{
			throttles, true, "Lambda turns events away: each is a sign-up or sign-in that failed.",
			"Raise the function's reserved concurrency or the account's quota. Of UserMigration first see whether somebody tries passwords: the reserve keeps that from the rest of the account.",
		},
		{
			slow, false, "Many calls take longer than monitoring.durationMillis; the functions stop their own work at 2.5 s, and Cognito waits for 5 s.",
			"Look at the table's latency and throttling, then at the function's memory.",
		},
		{
			short, false, "The table did not answer: tokens carry less than was granted, or users get none where the token profile says whenStoreIsDown: refuse.",
			"The log lines name the cause. The next token is whole again.",
		},
		{
			mirror, false, "Confirmations or sign-ins are not written into the table.",
			"The log lines name the cause. The rows heal when the users sign in again, or by `ops reconcile`.",
		},
		{
			lasting, false, "An operator must act, since waiting does not help: a permission, the table or a key is missing, or a row cannot be read.",
			"The log line with lasting 1 names the cause; of a row that cannot be read the attribute, and the user by a hash. A scan for AUTHZ rows whose authzStatus is none of active, suspended and deleted finds a row whose user is refused. The causes hash, unlisted and stranded are of people who move: infra/cmd/migrate/README.md.",
		},
		{
			refused, false, "An unusual share of people is refused or of tokens demoted: an attack, a rule that objects to the wrong users, or the table does not answer and a profile says whenStoreIsDown: refuse (then Short rings, too).",
			"`ops logs` shows code and rule; `ops sign-up-preview` and `ops token-preview` judge a changed policy.",
		},
		{
			aliasMoved, false, "For two looks of the tripwire and more, an alias points to another version than the deployed one: somebody rolled back, or published by hand.",
			"`ops status` shows it; `ops rollback --to newest`, or `ops deploy` with `-- --revert-drift`.",
		},
		{
			failed, false, "A run of the sweep failed; what it healed stays, and the next run goes on.",
			"Its log line names the cause. One that would bury too many rows fails every five minutes until `ops reconcile --limit` buries them, or the next pass's time has come and the list is longer.",
		},
		{
			incomplete, false, "The pool listed far fewer users than it estimates, and the sweep buried nothing; it lists again at the next pass's time.",
			"If so many users were deleted: `ops reconcile --accept-estimate`.",
		},
		{
			passAge, false, "The last whole pass of the sweep is older than promised, or the sweep did not run for an hour. It also rings in a new stack until the first run, some minutes.",
			"The function's log says what each run did. List faster (reconcile.listRate), promise less (reconcile.promisedHours), or do a pass with `ops reconcile`.",
		},
	}
}

// entryOf returns the row of a kind.
func entryOf(kind string) entry {
	all := runbook()
	return all[slices.IndexFunc(all, func(e entry) bool { return e.kind == kind })]
}

// runbookText is the dashboard's text of the alarms.
func runbookText() string {
	var b strings.Builder
	b.WriteString("## What an alarm means\nAn alarm's name begins with its function; Day means the same over a day. Alarms in bold page somebody, the others are tickets. After the cure an alarm may stay red for as long as its window.\n")
	for _, e := range runbook() {
		name := e.kind
		if e.page {
			name = "**" + name + "**"
		}
		b.WriteString("- " + name + ": " + e.text() + "\n")
	}
	return b.String()
}
