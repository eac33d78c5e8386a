package sweep_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

func copied(t *testing.T, c sweep.Checkpoint) (out sweep.Checkpoint) {
	t.Helper()
	var written bytes.Buffer
	if err := c.Encode(&written); err != nil {
		t.Fatal(err)
	}
	out, err := sweep.DecodeCheckpoint(&written)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// From a checkpoint the pass asks for no user. The marks of two passes differ.
func TestWhoWasShownIsRememberedOverAResume(t *testing.T) {
	w := newWorld(t)
	for i := range 150 {
		u := user(fmt.Sprintf("u%03d", i), fmt.Sprintf("sub-%03d", i))
		w.pool.put(u)
		w.mirrored(u)
	}
	var shown []string
	for range 2 {
		var before []sweep.Checkpoint
		w.o.Save = func(c sweep.Checkpoint) error {
			again := copied(t, c)
			if text(again) != text(c) || c.Shown.Len() != min(c.Report.Listed, 150) {
				t.Errorf("written %s\nread %s", text(c), text(again))
			}
			before = append(before, again)
			return nil
		}
		w.sweep()
		for _, c := range before {
			w.o.Save = nil
			if report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, c); err != nil || report.Rows != 150 || report.Asked != 0 || report.Total() != 0 {
				t.Fatalf("from %s at %d: %v, %s", c.Phase, c.Report.Listed, err, text(report))
			}
		}
		mark, err := before[len(before)-1].Shown.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		shown = append(shown, string(mark))
	}
	if shown[0] == shown[1] {
		t.Error("two passes have the same seed: who is overlooked once is overlooked always")
	}
}

// Two passes can continue from one checkpoint.
func TestAResumedPassLeavesItsCheckpointAsItWas(t *testing.T) {
	at := halfway(t, 5, func(*world) {})
	before := text(at)
	for range 2 {
		w := drifted(t, 20)
		w.pool.page = 10
		report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at)
		if err != nil || report.Drift[sweep.Deleted] != 20 || text(at) != before {
			t.Errorf("%v, report %s; the checkpoint was %s and is %s", err, text(report), before, text(at))
		}
	}
}

func TestACheckpointIsSavedAsOftenAsAsked(t *testing.T) {
	w := newWorld(t)
	for i := range 100 {
		w.pool.put(user(fmt.Sprintf("u%03d", i), fmt.Sprintf("sub-%03d", i)))
	}
	w.pool.page, w.o.ListRate, w.o.SaveEvery = 10, 1, 3*time.Second
	var saved []time.Time
	w.o.Save = func(sweep.Checkpoint) error { saved = append(saved, w.clock.Now()); return nil }
	w.sweep()
	if len(saved) != 4 || saved[0].Sub(noon.Add(300*time.Millisecond)) != 3*time.Second || saved[1].Sub(saved[0]) != 3*time.Second {
		t.Errorf("saved at %v", saved)
	}
	w.o.Save = func(sweep.Checkpoint) error { return errors.New("no disk") }
	if _, err := sweep.Run(t.Context(), w.pool, w.table, w.o, sweep.Checkpoint{}); err == nil || !strings.Contains(err.Error(), "no disk") {
		t.Errorf("error %v", err)
	}
	w.pool.failList = fails(len(w.pool.lists)+3, errors.New("no network"))
	w.o.SaveEvery = time.Hour
	if report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, sweep.Checkpoint{}); err == nil || !strings.Contains(err.Error(), "no network") || !strings.Contains(err.Error(), "no disk") || report.Listed != 20 {
		t.Errorf("error %v, %s", err, text(report))
	}
}

func TestACancelledPassLeavesItsCheckpoint(t *testing.T) {
	w := drifted(t, 20)
	w.pool.page = 10
	ctx, cancel := context.WithCancel(t.Context())
	w.pool.afterList = func(call int) {
		if call == 5 {
			cancel()
		}
	}
	var at sweep.Checkpoint
	w.o.SaveEvery = time.Hour // so that only the end saves
	w.o.Save = func(c sweep.Checkpoint) error { at = copied(t, c); return nil }
	if _, err := sweep.Run(ctx, w.pool, w.table, w.o, at); !errors.Is(err, context.Canceled) || at.Phase != sweep.Listing || at.Report.Listed == 0 {
		t.Fatalf("%v, checkpoint %s", err, text(at))
	}
	report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at)
	if err != nil || !report.Complete || report.Listed != 120 {
		t.Fatalf("%v, report %s", err, text(report))
	}
	w.converged()
}

func TestACheckpointOfSomethingElseIsRefused(t *testing.T) {
	w := newWorld(t)
	var at sweep.Checkpoint
	w.o.Save = func(c sweep.Checkpoint) error { at = copied(t, c); return nil }
	w.sweep()
	for name, spoil := range map[string]func(*sweep.Checkpoint){
		"version 2":         func(c *sweep.Checkpoint) { c.Version = 2 },
		"of the pool other": func(c *sweep.Checkpoint) { c.Pool = "other" },
		"dry run true":      func(c *sweep.Checkpoint) { c.DryRun = true },
		`unknown phase "x"`: func(c *sweep.Checkpoint) { c.Phase = "x" },
		"":                  func(*sweep.Checkpoint) {}, // finished: nothing to do
	} {
		c := at
		spoil(&c)
		report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, c)
		if (err == nil) != (name == "") || err != nil && !strings.Contains(err.Error(), name) || err == nil && !report.Complete {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNobodyShownIsReadAsNobody(t *testing.T) {
	var c sweep.Checkpoint
	if again := copied(t, c); !reflect.DeepEqual(again.Shown.Len(), 0) {
		t.Errorf("an empty set is read as %v", again.Shown)
	}
}

// A checkpoint that is cut off is not read.
func TestACheckpointIsReadAsItWasWritten(t *testing.T) {
	w := drifted(t, 20)
	w.pool.page = 30
	var all []sweep.Checkpoint
	w.o.Save = func(c sweep.Checkpoint) error { all = append(all, copied(t, c)); return nil }
	w.sweep()
	for _, c := range all {
		var encoded bytes.Buffer
		if err := c.Encode(&encoded); err != nil {
			t.Fatal(err)
		}
		if again := text(copied(t, c)); again != text(c) {
			t.Fatalf("read %s, written %s", again, text(c))
		}
		for _, size := range []int{0, 10, encoded.Len() - 1} {
			if _, err := sweep.DecodeCheckpoint(bytes.NewReader(encoded.Bytes()[:size])); err == nil {
				t.Errorf("the first %d of %d bytes are read", size, encoded.Len())
			}
		}
	}
	for _, broken := range []string{"{}\n", "[]\n", `{"marks":-1}` + "\n", `{"marks":1e9}` + "\n"} {
		if c, err := sweep.DecodeCheckpoint(strings.NewReader(broken)); (err == nil) != (broken == "{}\n") {
			t.Errorf("%q is read as %s, error %v", broken, text(c), err)
		}
	}
}
