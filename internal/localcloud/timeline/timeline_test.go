package timeline

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// at is a time in the order of n.
func at(n int) time.Time { return time.Unix(1_700_000_000+int64(n), 0) }

func ids(entries []Entry) (all []string) {
	for _, e := range entries {
		all = append(all, e.ID)
	}
	return all
}

func TestR60_ACallHoldsWhatNamesItInWhicheverOrderItComes(t *testing.T) {
	line := New(Limits{})
	line.AddTableCall(TableCall{Invocation: "i1", Operation: "UpdateItem", Request: Body(`{"a":1}`)})
	line.AddTableCall(TableCall{Invocation: "other", Operation: "GetItem"})
	line.AddTableCall(TableCall{Operation: "Scan"}) // an operator's
	line.AddInvocation(Invocation{ID: "i1", Call: "c1", Start: at(1), Event: Body(`{"e":1}`)})
	line.AddMessage(Message{ID: "m1", Call: "c1", To: "Ada@example.com", Username: "u", Time: at(1)})
	if got := line.Entries("", 0); len(got) != 0 {
		t.Fatalf("a call that has not ended is listed: %v", got)
	}
	line.AddCall(Call{ID: "c1", Operation: "SignUp"})
	line.AddInvocation(Invocation{ID: "i0", Call: "c1", Start: at(0)}) // its log came late
	got, known := line.Call("c1")
	if !known || len(got.Invocations) != 2 || got.Invocations[0].ID != "i0" || len(got.Messages) != 1 {
		t.Fatalf("got %+v", got)
	}
	in, known := line.Invocation("i1")
	if !known || len(in.Table) != 1 || in.Table[0].Operation != "UpdateItem" || string(in.Event) != `{"e":1}` {
		t.Errorf("got %+v", in)
	}
	if all := line.Messages("ada@EXAMPLE.com"); len(all) != 1 || len(line.Messages("u")) != 1 || len(line.Messages("bob@example.com")) != 0 {
		t.Errorf("got %v", all)
	}
	entries := line.Entries("", 0)
	if len(entries) != 1 || len(entries[0].Call.Invocations) != 2 || entries[0].Call.Invocations[1].Event != nil {
		t.Errorf("the list has %+v", entries)
	}
}

func TestTheListIsNewestFirstByTheEndAndGoesOnAfterAnID(t *testing.T) {
	line := New(Limits{})
	line.AddInvocation(Invocation{ID: "i", Call: "slow"}) // begins first, ends last
	line.AddCall(Call{ID: "fast"})
	line.AddEdit(Edit{ID: "edit", File: "dev.yaml"})
	line.AddInvocation(Invocation{ID: "alone"})
	line.AddMessage(Message{ID: "mail"})
	line.AddCall(Call{ID: "slow"})
	for after, want := range map[string]string{
		"":     "[slow mail alone edit fast]",
		"edit": "[slow mail alone]",
		"mail": "[slow]",
		"slow": "[]",
		"gone": "[slow mail alone edit fast]",
	} {
		if got := fmt.Sprint(ids(line.Entries(after, 0))); got != want {
			t.Errorf("after %q: %s, want %s", after, got, want)
		}
	}
	if got := fmt.Sprint(ids(line.Entries("", 2))); got != "[slow mail]" {
		t.Errorf("got %s", got)
	}
}

func TestR60_LinesAndBytesAreBoundedAndTheOldestGoFirst(t *testing.T) {
	for name, limits := range map[string]Limits{"lines": {Lines: 10}, "bytes": {Bytes: 10 * (overhead + 1100)}} {
		t.Run(name, func(t *testing.T) {
			line := New(limits)
			for n := range 1000 {
				id := fmt.Sprint("c", n)
				line.AddInvocation(Invocation{ID: fmt.Sprint("i", n), Call: id, Event: Body(`"` + strings.Repeat("x", 500) + `"`)})
				line.AddCall(Call{ID: id, Request: Body(`"` + strings.Repeat("x", 500) + `"`)})
				line.AddInvocation(Invocation{ID: fmt.Sprint("late", n), Call: fmt.Sprint("c", n-500)}) // to a forgotten one
			}
			if limits.Lines > 0 && len(line.order) > limits.Lines || len(line.lines) != len(line.order) || line.bytes > line.limits.Bytes {
				t.Errorf("%d lines, %d by id, %d bytes", len(line.order), len(line.lines), line.bytes)
			}
			sum := 0
			for _, l := range line.order {
				sum += l.bytes
			}
			if sum != line.bytes {
				t.Errorf("counted %d bytes, there are %d", line.bytes, sum)
			}
			if _, known := line.Call("c999"); !known {
				t.Error("the newest call is forgotten")
			}
			if _, known := line.Call("c0"); known {
				t.Error("the oldest call is kept")
			}
		})
	}
}

func TestR60_TheRequestsOfASweepAndOfTheUnreportedAreBounded(t *testing.T) {
	line := New(Limits{})
	for n := range 10_000 {
		line.AddTableCall(TableCall{Invocation: fmt.Sprint("killed", n), Operation: "PutItem"})
	}
	if len(line.order) > defaultLines || line.bytes > defaultBytes || len(line.Entries("", 0)) != 0 {
		t.Errorf("%d lines, %d bytes", len(line.order), line.bytes)
	}
	line = New(Limits{})
	for range 100 {
		line.AddTableCall(TableCall{Invocation: "sweep", Operation: "PutItem"})
	}
	line.AddInvocation(Invocation{ID: "sweep"})
	if in, _ := line.Invocation("sweep"); len(in.Table) != MaxTableCalls || in.More != 100-MaxTableCalls || len(line.order) != 1 {
		t.Errorf("%d kept, %d more, %d lines", len(in.Table), in.More, len(line.order))
	}
	line.AddInvocation(Invocation{ID: "quick", Call: "c"})
	line.AddTableCall(TableCall{Invocation: "quick", Operation: "PutItem"}) // which its function gave up
	if in, _ := line.Invocation("quick"); len(in.Table) != 1 || len(line.order) != 2 {
		t.Errorf("%d kept, %d lines", len(in.Table), len(line.order))
	}
}

func TestASlowReaderIsEndedAndNobodyWaitsForIt(t *testing.T) {
	line := New(Limits{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	slow, ending := line.Subscribe(t.Context()), line.Subscribe(ctx)
	line.AddCall(Call{ID: "first"})
	if got := <-ending; got.ID != "first" {
		t.Errorf("got %v", got)
	}
	cancel()
	for range ending {
	}
	for n := range 2 * readerLag {
		line.AddCall(Call{ID: fmt.Sprint(n)})
	}
	got := 0
	for range slow {
		got++
	}
	if got != readerLag {
		t.Errorf("a slow reader got %d", got)
	}
	if len(line.readers) != 0 {
		t.Errorf("%d readers are kept", len(line.readers))
	}
}

func TestAReaderSeesALineAgainWhenSomethingIsAdded(t *testing.T) {
	line := New(Limits{})
	changes := line.Subscribe(t.Context())
	line.AddInvocation(Invocation{ID: "i", Call: "c"})
	line.AddMessage(Message{ID: "m", Call: "c"})
	line.AddCall(Call{ID: "c"})
	line.AddInvocation(Invocation{ID: "j", Call: "c"})
	for _, want := range []string{"m", "c 1", "c 2"} {
		e := <-changes
		got := e.ID
		if e.Call != nil {
			got += fmt.Sprintf(" %d", len(e.Call.Invocations))
		}
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestManyWritersAndReadersAtOnce(t *testing.T) {
	line := New(Limits{Lines: 1000})
	var all sync.WaitGroup
	for writer := range 8 {
		all.Go(func() {
			for n := range 200 {
				id := fmt.Sprint(writer, "-", n)
				line.AddTableCall(TableCall{Invocation: "i" + id, Operation: "PutItem"})
				line.AddInvocation(Invocation{ID: "i" + id, Call: id})
				line.AddCall(Call{ID: id})
				if _, err := json.Marshal(line.Entries("", 10)); err != nil {
					t.Error(err)
				}
				if in, known := line.Invocation("i" + id); known && len(in.Table) != 1 {
					t.Errorf("%s has %d requests", id, len(in.Table))
				}
			}
		})
	}
	all.Wait()
}
