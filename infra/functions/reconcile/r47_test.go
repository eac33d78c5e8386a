package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// A run whose list is incomplete is no success and no failure. The next run lists again.
func TestR47_ARunOfAnIncompleteListHasAnOutcomeOfItsOwn(t *testing.T) {
	synctest.Test(t, incompleteRuns) // the last run waits a minute
}

func incompleteRuns(t *testing.T) {
	table, book, pool := &userstest.Memory{}, &memory{}, &numbered{users: 60, estimate: 500}
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
	f, lines := scheduled(pool, table, book)
	for run := range 3 {
		if err := f.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		l := logged(t, lines)
		if l.Level != "ERROR" || !strings.HasPrefix(l.Outcome, "incomplete: ") || l.Incomplete != 1 || l.Complete != 0 || l.Failed != 0 || l.Report.Listed != 60 || l.Report.Estimate != 500 {
			t.Errorf("run %d: the line says %+v", run, l)
		}
		if pool.lists != run+1 || buried() {
			t.Errorf("run %d: listed %d times, buried %v", run, pool.lists, buried())
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
