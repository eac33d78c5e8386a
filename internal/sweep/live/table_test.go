package live_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/live"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

const poolID = "eu-west-1_AbCdEf123"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// fill writes the same rows into every store, more than one scan returns: live ones,
// buried ones, other kinds of rows, and those of another pool.
func fill(t *testing.T, stores ...sweep.Table) (subs []string) {
	t.Helper()
	long := strings.Repeat("x", 100)
	for i := range 630 {
		key := users.Key{PoolID: poolID, Sub: fmt.Sprintf("sub-%03d", i)}
		if i%2 == 0 {
			h := sha256.Sum256([]byte(key.Sub))
			key.Sub = fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
		}
		if i%10 == 9 {
			key.PoolID += "4" // its name begins with the pool's
		} else {
			subs = append(subs, key.Sub)
		}
		p := users.Profile{Username: key.Sub, Email: key.Sub + "@example.com", EmailVerified: i%2 == 0, Disabled: i%3 == 0, Attributes: map[string]string{"name": long, "custom:a": long}}
		for _, s := range stores {
			if _, err := s.Upsert(t.Context(), users.Snapshot{Key: key, At: noon, Source: "sweep", Profile: p}); err != nil {
				t.Fatal(err)
			}
			if i%10 == 8 {
				if err := s.Erase(t.Context(), key, noon.Add(time.Minute)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return subs
}

func TestTheTableShowsWhatTheModelShows(t *testing.T) {
	t.Parallel()
	url := directorytest.Start(t, "../../../infra")
	client := directorytest.Client(url)
	table, model := live.NewTable(client, directorytest.Table), &userstest.Memory{}
	subs := fill(t, table, model)
	// Rows that are no PROFILE.
	if _, err := directorytest.Store(t, url).SignIn(t.Context(), users.SignIn{Key: users.Key{PoolID: poolID, Sub: "without"}, At: noon}); err != nil {
		t.Fatal(err)
	}
	for _, prefix := range []string{"", subs[0][:1], subs[0][:2], subs[0][:5], "s", "sub-1", "sub-101", "sub-101" + sweep.End, "sub-10" + sweep.End, "other"} {
		got, want := everything(t, table, prefix), everything(t, model, prefix)
		if !slices.Equal(got, want) || len(want) == 0 && prefix != "other" && prefix != "sub-10"+sweep.End {
			t.Errorf("below %q are\n%v, want\n%v", prefix, got, want)
		}
	}
	got, _, err := table.Strangers(t.Context(), poolID, "")
	if want, _, _ := model.Strangers(t.Context(), poolID, ""); err != nil || len(want) != 100 || !slices.Equal(got[:100], want) {
		t.Errorf("strangers are\n%v, want\n%v, error %v", got, want, err)
	}
	completed(t, client, table, everything(t, model, ""))
	for some := range slices.Chunk(append(subs, "nobody", "without", subs[0]), 60) {
		some = append(some, some[0]) // a page may show one twice
		rows, err := table.Profiles(t.Context(), poolID, some)
		wanted, _ := model.Profiles(t.Context(), poolID, some)
		if err != nil || !maps.EqualFunc(rows, wanted, func(a, b users.ProfileRow) bool { b.ExpiresAt = time.Time{}; return reflect.DeepEqual(a, b) }) {
			t.Fatalf("error %v, rows\n%v, want\n%v", err, rows, wanted)
		}
	}
}

// completed takes some rows out of the index, as an older release wrote them, and expects
// Complete to put in those that are alive, each once.
func completed(t *testing.T, client *dynamodb.Client, l *live.Table, subs []string) {
	t.Helper()
	for i, sub := range subs {
		if i%5 > 0 {
			continue
		}
		if _, err := client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: new(directorytest.Table), Key: dynamo.ItemKey(table.Keys{PK: table.User(poolID, sub), SK: table.ProfileRow}),
			UpdateExpression: new("REMOVE #shard"), ExpressionAttributeNames: map[string]string{"#shard": table.ShardKey},
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int{(len(subs) + 4) / 5, 0} {
		all := 0
		for from, end := "", false; !end; end = from == "" {
			added, next, err := l.Complete(t.Context(), poolID, from)
			if err != nil {
				t.Fatal(err)
			}
			all, from = all+added, next
		}
		if got := everything(t, l, ""); all != want || !slices.Equal(got, subs) {
			t.Errorf("%d rows were completed, want %d; in the index are %d of %d", all, want, len(got), len(subs))
		}
	}
}

func everything(t *testing.T, table sweep.Table, prefix string) (subs []string) {
	t.Helper()
	for from, end := "", false; !end; end = from == "" {
		some, next, err := table.Shard(t.Context(), poolID, prefix, from)
		if err != nil {
			t.Fatal(err)
		}
		subs, from = append(subs, some...), next
	}
	slices.Sort(subs)
	return subs
}

// script is a service that sends one reply after the other and keeps its requests.
type script struct {
	*httptest.Server
	asked []string
}

func play(t *testing.T, replies ...reply) *script {
	t.Helper()
	s := &script{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.asked = append(s.asked, string(body))
		if len(s.asked) > len(replies) {
			t.Errorf("request %d is one too many: %s", len(s.asked), body)
			w.WriteHeader(http.StatusTeapot)
			return
		}
		replies[len(s.asked)-1](w)
	}))
	t.Cleanup(s.Close)
	return s
}

type reply func(http.ResponseWriter)

func says(status int, body string) reply {
	return func(w http.ResponseWriter) {
		w.Header().Set("Date", "Sun, 01 Mar 2026 12:00:07 GMT")
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestWhatABatchLeavesOutIsAskedForAgain(t *testing.T) {
	row := func(sub string) string {
		return `{"pk":{"S":"` + table.User(poolID, sub) + `"},"sk":{"S":"PROFILE"},"attrsAt":{"S":"2026-03-01T12:00:00.000Z"}}`
	}
	s := play(
		t,
		says(200, `{"Responses":{"mirror":[`+row("a")+`]},"UnprocessedKeys":{"mirror":{"Keys":[{"pk":{"S":"b"},"sk":{"S":"PROFILE"}}],"ConsistentRead":true}}}`),
		says(200, `{"Responses":{"mirror":[`+row("b")+`]},"UnprocessedKeys":{}}`),
	)
	rows, err := live.NewTable(directorytest.Client(s.URL), "mirror").Profiles(t.Context(), poolID, []string{"a", "b", "c"})
	if err != nil || len(rows) != 2 || rows["b"].AttrsAt != noon || strings.Count(s.asked[1], `"pk"`) != 1 || !strings.Contains(s.asked[1], `"pk":{"S":"b"}`) {
		t.Errorf("rows %v, error %v, asked %q", rows, err, s.asked)
	}
}

func TestAThrottledTableSaysSo(t *testing.T) {
	throttled := says(400, `{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slower"}`)
	broken := says(400, `{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException","message":"no"}`)
	for name, call := range map[string]func(*live.Table) error{
		"profiles": func(l *live.Table) error { _, err := l.Profiles(t.Context(), poolID, []string{"a"}); return err },
		"complete": func(l *live.Table) error { _, _, err := l.Complete(t.Context(), poolID, ""); return err },
		"shard":    func(l *live.Table) error { _, _, err := l.Shard(t.Context(), poolID, "a3", ""); return err },
		"upsert": func(l *live.Table) error {
			_, err := l.Upsert(t.Context(), users.Snapshot{Key: users.Key{PoolID: poolID, Sub: "a"}, At: noon})
			return err
		},
		"erase": func(l *live.Table) error { return l.Erase(t.Context(), users.Key{PoolID: poolID, Sub: "a"}, noon) },
	} {
		for reply, want := range map[*reply]bool{&throttled: true, &broken: false} {
			s := play(t, *reply)
			client := dynamodb.New(directorytest.Client(s.URL).Options(), func(o *dynamodb.Options) { o.RetryMaxAttempts = 1 })
			if err := call(live.NewTable(client, "mirror")); err == nil || isThrottled(err) != want {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// The list for IAM must equal the request.
func TestTheScanAsksForNothingOfThePerson(t *testing.T) {
	s := play(t, says(200, `{"Items":[],"Count":0,"ScannedCount":0,"LastEvaluatedKey":{"pk":{"S":"p"},"sk":{"S":"s"}}}`), says(200, `{"Items":[]}`))
	table := live.NewTable(directorytest.Client(s.URL), "mirror")
	_, next, err := table.Complete(t.Context(), poolID, "")
	if err != nil || next != `{"pk":"p","sk":"s"}` {
		t.Errorf("next %s, error %v", next, err)
	}
	if _, _, err := table.Complete(t.Context(), poolID, next); err != nil || !strings.Contains(s.asked[1], `"ExclusiveStartKey":{`) || !strings.Contains(s.asked[1], `"sk":{"S":"s"}`) {
		t.Errorf("asked %q, error %v", s.asked, err)
	}
	for _, name := range dynamo.ProfileAttributes() {
		if asked := strings.Contains(s.asked[0], `"`+name+`"`); asked != slices.Contains(live.ScanAttributes(), name) {
			t.Errorf("%s is asked for: %v", name, asked)
		}
	}
	if _, _, err := table.Complete(t.Context(), poolID, "no JSON"); err == nil {
		t.Error("a position that cannot be read is no error")
	}
}
