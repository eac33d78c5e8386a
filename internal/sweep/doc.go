// Package sweep makes the mirror equal to the user pool. No trigger fires when an
// attribute changes, when a user is disabled or deleted, or when an administrator creates
// or imports a user; and a post confirmation may fail after the user is confirmed. A
// sweep finds what the triggers miss.
//
// # What it promises
//
// After one pass over a pool in which nothing happens, and which lists all its users, every
// confirmed user has a row that says what the pool says, and no other user has a live row.
// Until then a row may be missing or behind. It never grants more than it should: what a
// user may do is in AUTHZ, which no trigger writes and a sweep only buries. The newer of two
// facts wins by the service's clock, and a deleted user stays deleted. Writes converge, so a
// pass may be killed anywhere, repeated, and run beside the triggers.
//
// A change that is undone before the next sight of a user leaves no trace. A sweep does
// not look for the rows of unlisted users without a PROFILE: only PROFILE has the user
// name to ask for, and without asking nothing is buried. Such a row holds a sub, dates
// and an app client; ops erase removes it.
//
// # The tree
//
// ListUsers takes a prefix of the sub, and a page's token lives an hour. So a pass is many
// small lists: the leaves of a tree, which are a complete prefix code of all subs. A leaf
// that turns out to have more than 30,000 users or 500 pages becomes a split with sixteen
// leaves, one for each digit of a UUID. The next pass begins with the same tree; leaves
// that together are small become one again.
//
// A leaf is the unit of work. It is listed page by page; each page's rows are read at once,
// and what is missing or differs is written. Eight bytes a user remember who was shown.
// Then the index byShard is read for the same prefix: rows of users whom the list did not
// show are suspects. The leaf is done with both, or not at all: a kill repeats the leaves at
// work. Up to eight are, and share one rate, which halves when the pool throttles.
//
// In the first pass a split costs one page: a leaf's size is guessed from the pool's
// estimate and from what its siblings had. Without an estimate it costs up to 500.
//
// # A sub of any form
//
// Cognito makes every sub, and all that have been seen are UUIDs in lower case (developer
// guide, "Working with user attributes"; new pools' read ?4?8?4?8-). The filter knows = and
// ^= and no negation, so for a sub of another form, in another service or if AWS ever
// changes it, the code is closed in four ways. A pool of one leaf is listed without a
// filter. A split gets a child for every character that a list has shown or a row has behind
// its prefix: the rows of subs that are no UUID have one partition, which is read whole.
// A split is searched for every other printable ASCII character, and for a sub that ends
// there; the root and what begins no UUID in every pass, each other split in one pass of
// sixteen, since 80 calls at each of 545 splits would be 6 % of all. And the list as a whole
// is compared with the pool's estimate. A user without a row is therefore found at once if
// the sub is a UUID or its first character none of a UUID, else after sixteen passes at the
// latest, if its characters are ASCII. Nobody is buried for being overlooked: that takes two
// answers of the pool.
//
// # After the leaves
//
// When all leaves are done, the number of listed users is compared with the pool's estimate.
// If the list is far shorter, the pass stops with the error Incomplete and buries nothing:
// what it wrote for the listed users stays, and it says nothing about all others. The
// estimate may itself be wrong, so the first sweeps after many deletions need
// Options.AcceptEstimate. A pool without an estimate is not judged. If the suspects are too
// many, the pass stops with TooMany (Options.Limit).
//
// Then it asks for each suspect by user name, asks again a minute later for those who are
// gone, and buries their rows.
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
// # The book
//
// One row keeps the tree (five bytes a leaf: 45 KB for forty million users), the sums of the
// report, and the lease of who makes the pass. Every write has the lease's fencing token in
// its condition. So a leaf and its counts are written together, once; and of two sweeps at
// once the second is told who is at work, or the one that was slow and lost the lease stops
// and has changed nothing of the book. Suspects have a row for each leaf.
//
// # What it costs
//
// Forty million users, at list prices of us-east-1 in 2026:
//
//	time          670,700 ListUsers in the first pass, 669,900 in each other one:
//	              666,667 pages of 60, 2,000 for the last page of each leaf, 1,700
//	              to search, 300 to split; at 10 a second 18.6 h, at 30, which is all
//	              of the account's quota, 6.2 h; a fifteenth more on a schedule
//	ListUsers     free, also in monthly active users                            $0
//	comparing     40 M rows read consistently, a unit each, and 4 GB of the
//	              index: 0.5 M units; × $0.125 per million                      $5.06
//	the book      8,000 writes of 45 units; × $0.625 per million                $0.23
//	first fill    40 M rows and their entries in two indexes: 120 M units       $75
//	the function  67,000 s × 256 MB × $0.0000133 per GB-second                  $0.22
//	AdminGetUser  free as a call, but a user who is found counts as active
//	              this month, $0.015 each on Essentials, unless active anyway   $0.015 × found
//
// Because of the last line a sweep does not ask for every user: a million of them, all
// inactive, would cost $15,000. A user who is gone does not count. A dry run says how
// many calls there would be.
//
// The rate is AWS's limit and not the sweep's. The long form of the test of forty million
// prints calls, times and memory for both forms of subs; that of a large pool in
// infra/cmd/ops measures the command beside a local pool and dynalite.
//
// The package reads clock, environment and network only through its ports.
package sweep
