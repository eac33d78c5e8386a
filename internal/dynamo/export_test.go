package dynamo

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Client returns the store's own client to tests that look behind the ports.
func (s *Store) Client() *dynamodb.Client { return s.client }

// Close closes the idle connections.
func (s *Store) Close() { s.wire.transport.CloseIdleConnections() }

// OpenPatient is Open with ten seconds for an attempt. Tests that are not about time
// must not depend on how busy the machine is: if an attempt is given up after its write
// was done, the next one finds a repeat.
func OpenPatient(getenv func(string) string) (*Store, error) {
	s, err := read(getenv)
	if err != nil {
		return nil, err
	}
	s.attempt, s.patience = 10*time.Second, 10*time.Second
	return open(s)
}

// CountSignIn returns step A as the request that is sent.
func CountSignIn(name string, seen users.SignIn) *dynamodb.UpdateItemInput {
	c, condition := countSignIn(seen)
	return c.input(name, rowKey(seen.Key, table.SignInRow), condition)
}

// UpsertSteps returns all requests that an upsert may send.
func UpsertSteps(name string, seen users.Snapshot) (all []*dynamodb.UpdateItemInput) {
	for _, step := range []func(users.Snapshot) (*change, string){profileChange, profileProbe, profileLeaving} {
		c, condition := step(seen)
		all = append(all, c.input(name, rowKey(seen.Key, table.ProfileRow), condition))
	}
	return all
}

// Upsert returns the request that is sent first.
func Upsert(name string, seen users.Snapshot) *dynamodb.UpdateItemInput {
	c, condition := profileChange(seen)
	return c.input(name, rowKey(seen.Key, table.ProfileRow), condition)
}

// connections is how many rows the busiest event writes at the same time.
const connections = 2

// EraseSteps returns all requests of an erasure.
func EraseSteps(name string, key users.Key, at time.Time) (all []*dynamodb.UpdateItemInput) {
	for sk, stone := range map[string]func(time.Time) (*change, string){table.AuthzRow: authzStone, table.SignInRow: stone[table.SignIn], table.ProfileRow: profileStone} {
		c, condition := stone(at)
		all = append(all, c.input(name, rowKey(key, sk), condition))
	}
	return all
}

// Requests returns what the calls send of rows whose partition key has a prefix, as updates:
// each fails its condition, so that the next step is sent, too.
func Requests(t testing.TB, calls func(context.Context, *Store), prefix string) (all []*dynamodb.UpdateItemInput) {
	t.Helper()
	s, answers := scriptedStore(t, slices.Repeat([]string{ccf}, 20)...)
	calls(t.Context(), s)
	for part := range strings.SplitSeq(answers.asked.String(), "Item\n") {
		in := &dynamodb.UpdateItemInput{Key: map[string]types.AttributeValue{}}
		for line := range strings.Lines(part) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
			switch name {
			case "ExpressionAttributeNames":
				if err := json.Unmarshal([]byte(value), &in.ExpressionAttributeNames); err != nil {
					t.Fatal(err)
				}
			case "Key":
				if strings.Contains(value, prefix) {
					in.Key = ItemKey(table.Keys{})
				}
			}
		}
		if len(in.Key) > 0 {
			all = append(all, in)
		}
	}
	return all
}
