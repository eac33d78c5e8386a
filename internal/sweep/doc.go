// Package sweep makes the mirror equal to the user pool. No trigger fires when an
// attribute changes, when a user is disabled or deleted, or when an administrator creates
// or imports a user; and a post confirmation may fail after the user is confirmed. A
// sweep finds what the triggers miss.
//
// # What it promises
//
// After one sweep of a pool in which nothing happens, and which lists all its users, every
// confirmed user has a row that says what the pool says, and no other user has a live row.
// Until then a row may be missing or behind. It never grants more than it should: what a
// user may do is in AUTHZ, which no trigger writes and a sweep only buries. The newer of two
// facts wins by the service's clock, and a deleted user stays deleted. Writes converge, so a pass may be
// killed anywhere, repeated, and run beside the triggers and beside another pass.
//
// A change that is undone before the next sight of a user leaves no trace. A sweep does
// not look for the rows of unlisted users without a PROFILE: only PROFILE has the user
// name to ask for, and without asking nothing is buried. Such a row holds a sub, dates
// and an app client; ops erase removes it.
//
// # A pass
//
// A pass has three phases. It lists the pool page by page, reads each page's rows at
// once, and writes what is missing or differs. It scans the table for rows of users that
// the list did not show. Then it asks for each of those by user name, asks again a minute
// later for those who are gone, and buries their rows. If they are too many, it stops
// before the first (Options.Limit).
//
// Between list and scan it compares the number of listed users with the pool's estimate.
// If the list is far shorter, the pass ends with the error Incomplete and buries nothing:
// what it wrote for the listed users stays, and it says nothing about all others. The
// estimate may itself be wrong, so the first sweeps after many deletions need
// Options.AcceptEstimate. A pool without an estimate is not judged.
//
// The list lags ("eventually consistent", API reference, ListUsers), and asking for one
// user counts that user as active for the month's bill (pricing page, AdminGetUser). So
// the list is trusted except for the last ten minutes: the pass asks for a user if the
// user or the row changed since then, and before it buries a row. The list alone never
// buries a row and never restores a buried one.
//
// Every time that is written is the Date of the reply that it comes from: the service's
// clock, never the operator's. An event that a trigger saw later wins.
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
// Because of the last line a sweep does not ask for every user: a million of them, all
// inactive, would cost $15,000. A user who is gone does not count. A dry run says how
// many calls there would be.
//
// The rate is AWS's limit and not the sweep's: beside a local pool and dynalite, on two
// cores and without a limit, it filled in 100,000 users at 817 rows a second and compared
// them at 9,620 a second, in 25 MB. The long form of the test of a large pool in
// infra/cmd/ops measures it again.
//
// The package reads clock, environment and network only through its ports.
package sweep
