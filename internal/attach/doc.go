// Package attach puts the suite's functions into a user pool that the suite did not make, and
// takes them out again, without changing anything else of it.
//
//	Describe A ─► Edit ─► record ─► Describe B ─► Update ─► Describe C
//
// The pool's settings go as AWS's own JSON from Describe to Update (package pooledit):
// UpdateUserPool resets what a request omits. It has no If-Match, so Describe B, which must
// be like A, leaves one round trip in which somebody else's change would be lost; after three
// edits in between the work is given up. Describe C must be like the request within ten
// seconds, or the work fails and says what differs: the pool is then as Describe shows it, and
// nothing is taken back by itself. An estimate of users counts as no difference.
//
// What is throttled, refused for a concurrent change or not answered begins at A again, so a
// lost reply is found done. Everything else that AWS refuses is an error at once.
//
// # The record
//
// Before Update, a record says of each place (a member of LambdaConfig) what was there before
// the suite came and everything that the suite has put there since. So a process may die
// between any two calls, and whoever comes next, to attach or to undo, finds out from record
// and pool what was done. What was there *first* stays in the record, however often the suite
// changes its own hooks; it is undone only where somebody else's hook has taken the place.
//
// Undo looks at each place alone: one that still holds what the suite put there gets back what
// was there before, any other one is left and named. All other settings stay as they are today.
//
// Two records exist of the same form: the row of the stage's table, and the file of ops adopt.
// Two writers of one record see each other by its revision.
//
// # What is asked before
//
// [Attacher.Check] may refuse a pool before anything is written. Its refusals and those of the
// edit are reported together.
package attach
