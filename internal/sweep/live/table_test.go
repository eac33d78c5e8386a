package live_test

import (
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
	got, pages := everything(t, table)
	want, _ := everything(t, model)
	if !slices.Equal(got, want) || pages < 2 {
		t.Errorf("%d pages of the scan give\n%v, want\n%v", pages, got, want)
	}
	for some := range slices.Chunk(append(subs, "nobody", "without", subs[0]), 60) {
		some = append(some, some[0]) // a page may show one twice
		rows, err := table.Profiles(t.Context(), poolID, some)
		wanted, _ := model.Profiles(t.Context(), poolID, some)
		if err != nil || !maps.EqualFunc(rows, wanted, func(a, b users.ProfileRow) bool { b.ExpiresAt = time.Time{}; return reflect.DeepEqual(a, b) }) {
			t.Fatalf("error %v, rows\n%v, want\n%v", err, rows, wanted)
		}
	}
}

func everything(t *testing.T, table sweep.Table) (subs []string, pages int) {
	t.Helper()
	for from, more := "", true; more; more = from != "" {
		some, next, err := table.Scan(t.Context(), poolID, from)
		if err != nil {
			t.Fatal(err)
		}
		subs, from, pages = append(subs, some...), next, pages+1
	}
	slices.Sort(subs)
	return subs, pages
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
		"scan":     func(l *live.Table) error { _, _, err := l.Scan(t.Context(), poolID, ""); return err },
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
	_, next, err := table.Scan(t.Context(), poolID, "")
	if err != nil || next != `{"pk":"p","sk":"s"}` {
		t.Errorf("next %s, error %v", next, err)
	}
	if _, _, err := table.Scan(t.Context(), poolID, next); err != nil || !strings.Contains(s.asked[1], `"ExclusiveStartKey":{`) || !strings.Contains(s.asked[1], `"sk":{"S":"s"}`) {
		t.Errorf("asked %q, error %v", s.asked, err)
	}
	for _, name := range dynamo.ProfileAttributes() {
		if asked := strings.Contains(s.asked[0], `"`+name+`"`); asked != slices.Contains(live.ScanAttributes(), name) {
			t.Errorf("%s is asked for: %v", name, asked)
		}
	}
	if _, _, err := table.Scan(t.Context(), poolID, "no JSON"); err == nil {
		t.Error("a position that cannot be read is no error")
	}
}
