// Package history proves that the mirror equals the user pool. It has tests only.
//
// A history is a list of steps drawn at random: what Cognito lets happen to a few users
// who share a few names and addresses, and what the team's own server grants them. Every
// step that fires triggers says what becomes of each delivery: in time, late, twice, out
// of order, by half, frozen for hours, or never. Sweeps run at any moment, are
// interrupted and continue, while the list that they read lags and users go on acting.
// The handlers, the store that is the definition (userstest.Memory) and the sweep are the
// real ones; the pool is a model in memory that remembers all its states.
//
// After every write the row is compared with that memory. It belongs to one sub and says
// what was true of it; a deleted row stays deleted; nothing in it is reset; nothing in it
// or in a token grants what the server did not grant. At the end the pool rests, one
// sweep runs, and the table must equal the pool; a second sweep writes nothing.
//
// A history that fails is shortened as far as possible and told step by step.
package history
