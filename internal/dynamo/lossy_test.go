package dynamo_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/faults"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/faults/faultstest"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// proxied returns a store that reaches the table through a proxy.
func proxied(t *testing.T, url string, open func(func(string) string) (*dynamo.Store, error)) (*dynamo.Store, *faultstest.Proxy) {
	t.Helper()
	proxy, err := faultstest.Start(url)
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
// form. Each is done and its first reply lost: the rows must be those of writes made
// once.
func TestR25_LostRepliesAddNothing(t *testing.T) {
	t.Parallel()
	whole, url := dynalite(t)
	deaf, proxy := proxied(t, url, dynamo.OpenPatient)
	proxy.Set(lossy)
	all, each := 20, form.Often(t, 2, 5, 50)
	var workers sync.WaitGroup
	for user := range all {
		workers.Go(func() {
			model, key := &userstest.Memory{}, users.Key{PoolID: "p", Sub: fmt.Sprint("lossy-", user)}
			for i := range each {
				write := anyWrite(key, day.Add(time.Duration(i)*31*time.Second), i == each-1 && user%4 == 0)
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
	if calls := proxy.Calls(); calls < int64(2*all*each) {
		t.Errorf("only %d calls: no reply was lost", calls)
	}
}

// writer is what a write needs of a store.
type writer interface {
	users.Mirrored
	users.Eraser
}

// anyWrite draws one write of a user, or erases the user.
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
