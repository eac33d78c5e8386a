package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// A run whose list is incomplete is no success and no failure. It leaves no checkpoint, so
// the next run lists again, whatever the run before it had left.
func TestR47_ARunOfAnIncompleteListHasAnOutcomeOfItsOwn(t *testing.T) {
	synctest.Test(t, incompleteRuns) // the last run waits a minute
}

func incompleteRuns(t *testing.T) {
	table, pool := &memory{}, &numbered{users: 60, estimate: 500}
	gone := users.Key{PoolID: poolID, Sub: "sub-gone"}
	if _, err := table.Upsert(t.Context(), users.Snapshot{Key: gone, At: time.Now().Add(-time.Hour), Source: "any", Profile: users.Profile{Username: "gone"}}); err != nil {
		t.Fatal(err)
	}
	buried := func() bool {
		rows, err := table.Profiles(t.Context(), poolID, []string{gone.Sub})
		if err != nil {
			t.Fatal(err)
		}
		return !rows[gone.Sub].DeletedAt.IsZero()
	}
	f, lines := scheduled(pool, table)
	for run := range 3 {
		if err := f.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		l := logged(t, lines)
		if l.Level != "ERROR" || !strings.HasPrefix(l.Outcome, "incomplete: ") || l.Incomplete != 1 || l.Complete != 0 || l.Failed != 0 || l.Report.Listed != 60 || l.Report.Estimate != 500 {
			t.Errorf("run %d: the line says %+v", run, l)
		}
		listed := run + 1
		if run == 2 {
			listed-- // it began at the end of another run's list
		}
		if pool.lists != listed || table.saved != nil || buried() {
			t.Errorf("run %d: listed %d times, checkpoint %s, buried %v", run, pool.lists, table.saved, buried())
		}
		if run == 1 {
			if err := table.SaveCheckpoint(t.Context(), sweep.Checkpoint{Version: sweep.CheckpointVersion, Pool: poolID, Phase: sweep.Scanning, Report: sweep.Report{Counts: sweep.Counts{Listed: 60}}}, time.Now()); err != nil {
				t.Fatal(err)
			}
		}
	}
	pool.estimate = 0
	if err := f.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if l := logged(t, lines); l.Level != "INFO" || l.Outcome != "complete" || l.Incomplete != 0 || l.Complete != 1 || !buried() {
		t.Errorf("the line says %+v, buried %v", l, buried())
	}
}
