package dynamo_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

var day = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func TestDynalitePassesTheSuite(t *testing.T) {
	t.Parallel()
	s, _ := dynalite(t)
	userstest.Run(t, func(*testing.T) userstest.Store { return s })
}

func TestIndexFindsAProfileByEmailAndHoldsNoOther(t *testing.T) {
	t.Parallel()
	s, _ := dynalite(t)
	for sub, email := range map[string]string{"with": "Ada@Example.COM", "without": ""} {
		seen := users.Snapshot{Key: users.Key{PoolID: "p", Sub: sub}, At: day, Source: "test", Profile: users.Profile{Username: sub, Email: email}}
		if _, err := s.Upsert(t.Context(), seen); err != nil {
			t.Fatal(err)
		}
	}
	out, err := s.Client().Query(t.Context(), &dynamodb.QueryInput{
		TableName: new(tableName), IndexName: new("byEmail"), KeyConditionExpression: new("emailKey = :e"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":e": &types.AttributeValueMemberS{Value: "ada@example.com"}},
	})
	if err != nil || out.Count != 1 {
		t.Errorf("the index finds %d rows with error %v, want 1", out.Count, err)
	}
	all, err := s.Client().Scan(t.Context(), &dynamodb.ScanInput{TableName: new(tableName), IndexName: new("byEmail")})
	if err != nil || all.Count != 1 {
		t.Errorf("the index holds %d rows with error %v, want 1", all.Count, err)
	}
}

func TestR35_ASignInCostsOneWriteUnit(t *testing.T) {
	t.Parallel()
	s, _ := dynalite(t)
	costsOneUnit(t, s)
}

// costsOneUnit counts sign-ins with the longest possible names: each is one write unit,
// and no index is written.
func costsOneUnit(t *testing.T, s store) {
	t.Helper()
	client := strings.Repeat("c", users.MaxClient)
	for i, at := range []time.Time{day, day.Add(time.Hour)} {
		request := dynamo.CountSignIn(tableName, users.SignIn{Key: longestKey(), At: at, ClientID: client})
		request.ReturnConsumedCapacity = types.ReturnConsumedCapacityIndexes
		out, err := s.Client().UpdateItem(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		if used := out.ConsumedCapacity; *used.CapacityUnits != 1 || len(used.GlobalSecondaryIndexes) > 0 {
			t.Errorf("sign-in %d cost %v units and %d indexes", i, *used.CapacityUnits, len(used.GlobalSecondaryIndexes))
		}
	}
}

func longestKey() users.Key {
	return users.Key{PoolID: strings.Repeat("p", 55), Sub: strings.Repeat("s", users.MaxKey-55)}
}

func TestR35_TheFullestProfileCostsEightUnits(t *testing.T) {
	t.Parallel()
	s, _ := dynalite(t)
	profileFits(t, s)
}

// profileFits writes the fullest PROFILE that an event can make, from 50 attributes of
// 2,048 bytes. It is at most 8 KB, of which each KB is a unit.
func profileFits(t *testing.T, s store) {
	t.Helper()
	names, attributes := []string{}, map[string]string{"email": strings.Repeat("e", 2039) + "@a.example"}
	for i := range 50 {
		names = append(names, fmt.Sprintf("custom:%013d", i))
		attributes[names[i]] = strings.Repeat("v", 2048-i)
	}
	mirror, err := users.CompileMirror(policy.Mirror{Attributes: names})
	if err != nil {
		t.Fatal(err)
	}
	request := dynamo.Upsert(tableName, users.Snapshot{
		Key: longestKey(), At: day, Source: "PostAuthentication_Authentication", Profile: mirror.Profile(strings.Repeat("u", 128), attributes),
	})
	request.ReturnConsumedCapacity = types.ReturnConsumedCapacityIndexes
	out, err := s.Client().UpdateItem(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if used := *out.ConsumedCapacity.Table.CapacityUnits; used > users.MaxProfile>>10 || used < 3 {
		t.Errorf("the fullest PROFILE costs %v units", used)
	}
}

// TestR30_ARetryStormCountsEverySignInOnce delivers sparse sign-ins one to three times,
// late and from eight workers at once.
func TestR30_ARetryStormCountsEverySignInOnce(t *testing.T) {
	t.Parallel()
	s, _ := dynalite(t)
	const all, signIns = 24, 8
	var workers sync.WaitGroup
	queue := make(chan int)
	for range 8 {
		workers.Go(func() {
			for user := range queue {
				storm(t, s, users.Key{PoolID: "p", Sub: fmt.Sprint("storm-", user)}, signIns)
			}
		})
	}
	for user := range all {
		queue <- user
	}
	close(queue)
	workers.Wait()
}

func storm(t *testing.T, s store, key users.Key, signIns int) {
	var newest time.Time
	for i := range signIns {
		at := day.Add(time.Duration(i) * 34100 * time.Millisecond) // 30.1 s apart and 4 s late
		var deliveries sync.WaitGroup
		for attempt := range 1 + rand.IntN(3) {
			when := at.Add(time.Duration(attempt)*5*time.Second + rand.N(4*time.Second))
			newest = maxTime(newest, when)
			deliveries.Go(func() {
				if _, err := s.SignIn(t.Context(), users.SignIn{Key: key, At: when, ClientID: "web"}); err != nil {
					t.Error(err)
				}
			})
		}
		deliveries.Wait()
	}
	rows, err := s.Rows(t.Context(), key)
	if err != nil || rows.SignIn.Count != int64(signIns) || !rows.SignIn.Last.Equal(newest.Truncate(time.Millisecond)) {
		t.Errorf("%d sign-ins, the last at %v, ended as %+v (error %v)", signIns, newest, rows.SignIn, err)
	}
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func TestR31_DynaliteIsLinearizable(t *testing.T) {
	t.Parallel()
	s, _ := dynalite(t)
	userstest.Linearizable(t, s, form.Often(t, 5, 20, 200), 50)
}
