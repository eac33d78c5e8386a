package dynamo_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/faults"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// proxied gives a store that reaches the table through a proxy.
func proxied(t *testing.T, url string, open func(func(string) string) (*dynamo.Store, error)) (*dynamo.Store, *faults.Proxy) {
	t.Helper()
	proxy, err := faults.Start(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	return openAt(t, proxy.URL(), open), proxy
}

// lossy loses the reply of every first attempt at a call after the write was done.
func lossy(r faults.Request) faults.Fault {
	if strings.HasPrefix(r.Header.Get("Amz-Sdk-Request"), "attempt=1;") {
		return faults.DropReply
	}
	return nil
}

// TestR25_LostRepliesAddNothing makes writes of every kind, a thousand in the long
// form. Each is done and not heard of at first: the rows are those of writes that
// were made once.
func TestR25_LostRepliesAddNothing(t *testing.T) {
	t.Parallel()
	whole, url := dynalite(t)
	deaf, proxy := proxied(t, url, dynamo.OpenPatient)
	proxy.Set(lossy)
	people, each := 20, form.Often(t, 2, 5, 50)
	var workers sync.WaitGroup
	for person := range people {
		workers.Go(func() {
			model, key := &userstest.Memory{}, users.Key{PoolID: "p", Sub: fmt.Sprint("lossy-", person)}
			for i := range each {
				write := anyWrite(key, day.Add(time.Duration(i)*31*time.Second), i == each-1 && person%4 == 0)
				if err := write(t.Context(), deaf); err != nil {
					t.Errorf("write %d: %v", i, err)
				}
				_ = write(t.Context(), model)
			}
			got, err := whole.Rows(t.Context(), key)
			if want, _ := model.Rows(t.Context(), key); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("the rows (error %v):\n%+v\nwant\n%+v", err, got, want)
			}
		})
	}
	workers.Wait()
	if calls := proxy.Calls(); calls < int64(2*people*each) {
		t.Errorf("only %d calls: no reply was lost", calls)
	}
}

// writer is what a write needs of a store.
type writer interface {
	users.Recorder
	users.Eraser
}

// anyWrite draws one write of a person, or ends the person.
func anyWrite(key users.Key, at time.Time, last bool) func(context.Context, writer) error {
	kind, email := rand.IntN(3), fmt.Sprintf("%d@example.com", at.Unix())
	return func(ctx context.Context, s writer) (err error) {
		switch {
		case last:
			return s.Erase(ctx, key, at)
		case kind == 0:
			_, err = s.Upsert(ctx, users.Snapshot{Key: key, At: at, Source: "test", Profile: users.Profile{Username: "ada", Email: email}})
		default:
			_, err = s.SignIn(ctx, users.SignIn{Key: key, At: at, ClientID: "web"})
		}
		return err
	}
}

// TestR27_NoGoroutineOutlivesAReply looks, after each way to fail, for anybody who
// still works on the call that was answered.
func TestR27_NoGoroutineOutlivesAReply(t *testing.T) {
	url := directorytest.Start(t, infra)
	s, proxy := proxied(t, url, dynamo.Open)
	seen := users.Sighting{Key: users.Key{PoolID: "p", Sub: "alone"}, At: day, Source: "test", Username: "ada"}
	for name, fault := range map[string]faults.Fault{
		"nothing": nil, "500": faults.Refuse(500, "InternalServerError"), "throttled": faults.Refuse(400, "ThrottlingException"),
		"reset": faults.Reset, "cut": faults.Cut, "lost": faults.DropReply, "truncated": faults.Truncate,
		"blackhole": faults.Blackhole, "trickle": faults.Trickle, "10 s": faults.Delay(10 * time.Second),
	} {
		for _, budget := range []time.Duration{30 * time.Millisecond, 2500 * time.Millisecond} {
			// PROFILE is refused at once, so that a sign-in nobody waits for is seen at it.
			proxy.Set(func(r faults.Request) faults.Fault {
				if bytes.Contains(r.Body, []byte(`"PROFILE"`)) {
					return faults.Refuse(400, "AccessDeniedException")
				}
				return fault
			})
			ctx, cancel := context.WithTimeout(t.Context(), budget)
			_, err := users.SignedIn(ctx, s, nil, seen)
			left := stillWorking()
			cancel()
			if left != "" {
				t.Errorf("%s within %v (error %v) leaves\n%s", name, budget, err, left)
			}
		}
	}
}

// stillWorking gives those who work on. One that has given its result may still have
// to return; one at work would go on for the hundreds of milliseconds of an attempt.
func stillWorking() (left string) {
	for end := time.Now().Add(100 * time.Millisecond); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if left = working(); left == "" {
			break
		}
	}
	return left
}

// working gives the stacks of the goroutines, other than the caller's, that are in
// the store, the rooms above it or the SDK below it. Connections have goroutines of
// their own that wait for the next call; they belong to nobody.
func working() string {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	var left []string
	for i, stack := range strings.Split(string(stacks), "\n\n") {
		stack, _, _ := strings.Cut(stack, "created by ") // who began it may be long gone
		for _, ours := range []string{"/internal/users.", "/internal/dynamo.", "aws-sdk-go-v2", "aws/smithy-go"} {
			if i > 0 && strings.Contains(stack, ours) {
				left = append(left, stack)
				break
			}
		}
	}
	return strings.Join(left, "\n\n")
}
