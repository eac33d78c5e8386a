// Package history is the proof that the mirror equals the user pool. It has tests
// only.
//
// A history is a list of steps drawn at random: whatever Cognito lets happen to a
// few people who share a few names and addresses, and what the team's own server
// grants them. Every step that fires triggers says what becomes of each delivery:
// in time, late, twice, out of order, by half, frozen for hours, or never. Sweeps
// pass at any moment, are interrupted and go on, while the list that they read is
// behind and people go on living. The handlers, the store that is the definition
// (userstest.Memory) and the sweep are the real ones; the pool is a model in memory
// that remembers everything that ever was.
//
// After every single write the row is held against that memory: it belongs to one
// sub and says what was true of it, it does not come back from the dead, nothing in
// it is reset, and nothing in it or in a token grants what the server did not grant.
// At the end the pool is left alone, one sweep passes, and the table must equal the
// pool; a second sweep writes nothing.
//
// A history that fails is made as short as it gets, and told step by step.
package history
