// Package tripwire notices when somebody takes the suite out of a user pool, and says who.
//
// A hook, a permission or an alias can be changed behind the stack's back: by the console, by
// another tool's apply (UpdateUserPool resets what it omits), by a clean-up. Nothing fails then;
// the rules of sign-up and the claims of tokens are just gone. So a function runs every fifteen
// minutes, and at once when CloudTrail tells EventBridge of a call that can do it. Events are
// best effort and need a trail (EventBridge user guide, "AWS service events delivered via AWS
// CloudTrail"); the schedule needs neither.
//
//	schedule, CloudTrail ─► Read ─► Watch.Run: checks of package doctor ─► Report
//	                                    │ wrong: who?  the event, else CloudTrail's history
//	                                    └ empty place of ours, and the stage says heal: package attach
//
// Every run makes all checks, whatever woke it: an event that cannot be read, or is of another
// pool, does no harm. A run that could not ask a critical question reports no count at all, not 0,
// and the alarm treats missing data as breaching. A pool that is gone is wrong.
//
// # Who
//
// The event that woke the run says who made the call: userIdentity.arn, userAgent and eventID.
// Without one, or where its call cannot have done it, the newest call that can is looked up in
// CloudTrail's history of 90 days, which needs no trail. It is who changed the thing last, which is not proof. The names are
// those of an account's operators and are what the alarm is for; of the call's parameters, which
// may name users, only the resource is read and none is kept.
//
// # Heal
//
// Off unless the stage says so, and then timid. It fills a place that is empty and that the
// record of package attach holds as the suite's, while nobody attaches. A place with another
// function is somebody's decision; a permission belongs to the stack. It heals once an hour and
// three times a day: whoever empties the place a fourth time is a pipeline that owns the pool, and
// the hooks belong into its code (pool.mode: owner). The times are in the record. They are
// written before the pool is touched, under the record's revision, so of two runs at once one
// heals.
package tripwire
