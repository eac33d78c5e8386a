// Package sweep makes the mirror equal to the user pool. No trigger fires when an
// attribute changes, when a user is disabled or deleted, or when an administrator
// creates or imports a user, and a post confirmation may fail after the user is
// confirmed: what the triggers miss, a sweep finds.
//
// # What it promises
//
// After one sweep of a pool in which nothing happens, every confirmed user has a row
// that says what the pool says, and no other user has a live one. Until then a row may
// be missing or behind, and is never wrong in a way that grants more: what a user may
// do stands in AUTHZ, which no trigger writes and a sweep only ever buries. The newer
// of two facts wins by the service's clock, a deleted user stays deleted, and writes
// converge: a pass may be killed anywhere, repeated, and run beside the triggers and
// beside another pass.
//
// What changed and changed back between two sights of a user leaves no trace. Rows
// of a user who has no PROFILE and is not listed are not looked for: only PROFILE
// knows the user name by which to ask, and what the pool was not asked about is not
// buried. Such a row holds a sub, dates and an app client; ops erase removes it.
//
// # A pass
//
// A pass has three phases. It lists the pool page by page, reads each page's rows
// at once, and writes what is missing or differs. It scans the table for rows of
// users whom the list did not show. And it asks for each of those by user name,
// and for those that are gone again a minute later, before it buries the rows. With
// too many of them it stops before the first (Options.Limit).
//
// The list lags behind ("eventually consistent", API reference, ListUsers), and to
// ask for one user counts that user as active for the month's bill (pricing page,
// AdminGetUser). So the list is believed but for the last ten minutes: where the
// user or the row changed since, and before a row is buried, one user is asked for.
// The list alone never buries a row, and never brings a buried one back.
//
// Every time that is written is the Date of the reply that it comes from: the
// service's clock, never the operator's. An event that a trigger saw later wins.
//
// # What it costs
//
// A million users, at list prices of us-east-1 in 2026:
//
//	time          1,000,000 / 60 per ListUsers = 16,667 calls, at 10 a second   28 min
//	ListUsers     free, also in monthly active users                            $0
//	comparing     1 M rows read consistently, a unit each, and a scan of
//	              1.1 GB: 0.14 M units; × $0.125 per million                    $0.14
//	first fill    1 M rows and their entries in the index: 2 M units
//	              × $0.625 per million                                          $1.25
//	the function  if scheduled: 1,667 s × 256 MB × $0.0000133 per GB-second     $0.01
//	AdminGetUser  free as a call, but a user who is found counts as active
//	              this month, $0.015 each on Essentials, unless active anyway   $0.015 × found
//
// The last line is why users are not simply asked for one by one: a million of them,
// all inactive, would be $15,000. A user who is gone is no active user. A dry run says
// how many calls there would be.
//
// The rate is AWS's limit and not the sweep's: beside a local pool and dynalite, on two
// cores and without a limit, 100,000 users were filled in at 817 rows a second and
// compared at 9,620 a second, in 25 MB. The long form of the test of a large pool in
// infra/cmd/ops measures it again.
//
// The package reads no clock, no environment and no network but through its ports.
package sweep
