package lambdahost

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// keyOf returns the access key of the environment that answers next.
func keyOf(t *testing.T, host *Host) string {
	t.Helper()
	var vars []string
	if err := json.Unmarshal([]byte(invoke(t, host, `{"do":"environment"}`)), &vars); err != nil {
		t.Fatal(err)
	}
	for _, v := range vars {
		if key, found := strings.CutPrefix(v, "AWS_ACCESS_KEY_ID="); found {
			return key
		}
	}
	t.Fatalf("no access key in %v", vars)
	return ""
}

func TestR60_AnAccessKeyNamesTheInvocationThatItsEnvironmentWorksOn(t *testing.T) {
	t.Parallel()
	host, j := start(t, Function{}, Options{})
	key := keyOf(t, host)
	j.all(t, host)
	if got := host.RequestOf(key); got != "" {
		t.Errorf("an idle environment works on %q", got)
	}
	var both sync.WaitGroup
	both.Go(func() { invoke(t, host, `{"do":"sleep","ms":400}`) })
	working := ""
	for began := time.Now(); working == "" && time.Since(began) < time.Minute; time.Sleep(time.Millisecond) {
		working = host.RequestOf(key)
	}
	if other := keyOf(t, host); other == key {
		t.Error("two environments have one key")
	}
	both.Wait()
	for _, in := range j.all(t, host) {
		if asleep := strings.Contains(string(in.Event), "sleep"); asleep != (in.RequestID == working) {
			t.Errorf("the environment worked on %s, reported was %s with %s", working, in.RequestID, in.Event)
		}
	}
}

func TestR60_AnInvocationCarriesItsCause(t *testing.T) {
	t.Parallel()
	host, j := start(t, Function{}, Options{})
	why := timeline.Cause{Call: "c", Fault: "f"}
	if _, err := host.Invoke(timeline.Because(t.Context(), why), "worker", []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	got, err := host.Observe(timeline.Because(t.Context(), timeline.Cause{ReplayOf: "r"}), "worker", []byte(`{"do":"fail"}`))
	seen := j.all(t, host)
	if err != nil || len(seen) != 2 || seen[0].Cause != why || got.Cause.ReplayOf != "r" || seen[1].RequestID != got.RequestID {
		t.Errorf("got %+v and %+v, %v", got, seen, err)
	}
}
