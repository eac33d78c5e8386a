package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/sweeptest"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

const poolID = "eu-west-1_AbCdEf123"

// memory is a book in memory.
type memory struct {
	sweeptest.Book
	broken error
}

func (m *memory) Pass(context.Context) (sweep.Pass, time.Time, error) {
	return m.Book.Pass(), time.Time{}, m.broken
}

// numbered is a pool of users with numbers for names, sixty to a page.
type numbered struct {
	users, estimate int
	slow            time.Duration
	lists           int
}

func (n *numbered) List(ctx context.Context, prefix, token string) (sweep.Page, error) {
	n.lists++
	select {
	case <-time.After(n.slow):
	case <-ctx.Done():
		return sweep.Page{}, ctx.Err()
	}
	from := 0
	_, _ = fmt.Sscan(token, &from)
	page := sweep.Page{At: time.Now()}
	for i := from; i < n.users; i++ {
		if u := n.user(i); !sweep.Below(u.Sub, prefix) {
			continue
		} else if len(page.Users) == 60 {
			page.Next = fmt.Sprint(i)
			break
		} else {
			page.Users = append(page.Users, u)
		}
	}
	return page, nil
}

func (n *numbered) user(i int) sweep.User {
	return sweep.User{Sub: fmt.Sprintf("%x-sub-%d", i%16, i), Username: fmt.Sprintf("user%d", i), Status: "CONFIRMED"}
}

func (n *numbered) Estimate(context.Context) (int, error) { return max(n.users, n.estimate), nil }

func (n *numbered) Get(context.Context, string) (sweep.Answer, error) {
	return sweep.Answer{At: time.Now()}, nil
}

func scheduled(pool sweep.Pool, table sweep.Table, book book) (*function, *bytes.Buffer) {
	var lines bytes.Buffer
	return &function{
		policy: "0123456789ab", name: "suite-Reconcile", pool: pool, table: table, book: book, log: slog.New(slog.NewJSONHandler(&lines, nil)),
		options: sweep.Options{Pool: poolID, ListRate: sweep.Unlimited},
	}, &lines
}

// line has the tested members of a run's one line.
type line struct {
	Level, Outcome, Cause, FunctionName, Policy string
	Drift, Healed, Failed                       int
	Complete, Incomplete                        int
	PassAgeHours, LeftHours, Dollars            float64
	Report                                      sweep.Report
	AWS                                         map[string]any `json:"_aws"`
}

func logged(t *testing.T, lines *bytes.Buffer) (l line) {
	t.Helper()
	if err := json.Unmarshal(lines.Bytes(), &l); err != nil || strings.Count(lines.String(), "\n") != 1 {
		t.Fatalf("%v in %s", err, lines)
	}
	if l.AWS["CloudWatchMetrics"] == nil || l.FunctionName != "suite-Reconcile" || l.Policy != "0123456789ab" || strings.Contains(lines.String(), "sub-") {
		t.Errorf("the line is %s", lines)
	}
	lines.Reset()
	return l
}

func TestARunMakesAPassAndLogsOneLine(t *testing.T) {
	book := &memory{}
	f, lines := scheduled(&numbered{users: 150}, &userstest.Memory{}, book)
	for _, drift := range []int{150, 0} {
		if err := f.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if l := logged(t, lines); l.Level != "INFO" || l.Outcome != "complete" || l.Drift != drift || l.Healed != drift || l.Complete != 1 || l.Failed != 0 || l.Report.Listed != 150 {
			t.Errorf("the line says %+v", l)
		}
	}
	if at := book.Book.Pass(); at.Open() || at.Number != 2 {
		t.Errorf("the passes are %+v", at)
	}
}

// A run stops before its deadline and the next continues, until the pool is done.
func TestARunStopsBeforeItsDeadlineAndTheNextGoesOn(t *testing.T) { synctest.Test(t, stopsAndGoesOn) }

func stopsAndGoesOn(t *testing.T) {
	table, book, pool := &userstest.Memory{}, &memory{}, &numbered{users: 600, estimate: 40_000, slow: 20 * time.Millisecond}
	f, lines := scheduled(pool, table, book)
	f.options.AcceptEstimate, f.options.Workers = true, 1 // by the estimate there are many leaves
	stopped := 0
	for ; ; stopped++ {
		ctx, cancel := context.WithTimeout(t.Context(), reserve+1700*time.Millisecond)
		err := f.run(ctx)
		cancel()
		l := logged(t, lines)
		if err != nil {
			t.Fatal(err)
		}
		if l.Complete == 1 {
			// What a run wrote in its last moment was not counted.
			if l.Report.Listed != 600 || l.Drift > 600 || l.Drift < 600-stopped*60 || table.Len() != 600 {
				t.Errorf("the last line says %+v", l)
			}
			break
		}
		if !strings.Contains(l.Outcome, "the next run goes on") || l.Level != "WARN" || l.Failed != 0 || !book.Book.Pass().Open() || stopped > 20 {
			t.Fatalf("the line says %+v", l)
		}
	}
	if stopped < 1 || pool.lists > 1+16+79+stopped {
		t.Errorf("stopped %d times, %d pages were listed", stopped, pool.lists)
	}
}

func TestARunThatFailsSaysWhyAndGivesAnError(t *testing.T) {
	table := &memory{}
	f, lines := scheduled(&numbered{users: 60}, &userstest.Memory{}, table)
	table.broken = errors.New("ada@example.com is in what the service says")
	if err := f.run(t.Context()); err == nil {
		t.Error("no error")
	}
	if l := logged(t, lines); l.Level != "ERROR" || l.Outcome != "failed" || l.Failed != 1 || strings.Contains(l.Cause, "ada") || l.Cause == "" || strings.Contains(fmt.Sprint(l.AWS), "passAgeHours") {
		t.Errorf("the line says %+v", l)
	}
	for want, err := range map[string]error{
		"*net.OpError":        fmt.Errorf("listing the pool: %w", &net.OpError{Op: "dial"}),
		"*errors.errorString": errors.Join(fmt.Errorf("writing the row of ada: %w", errors.New("no")), errors.New("nor this")),
		"*fs.PathError":       &fs.PathError{Op: "ada"},
		"connection refused":  fmt.Errorf("listing the pool: %w", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}),
		"no such reply":       fmt.Errorf("asking for ada: %w", sweep.Unusable("no such reply")),
	} {
		if got := cause(err); got != want {
			t.Errorf("the cause is %q, not %q", got, want)
		}
	}
	if got := cause(sweep.TooMany{Found: 2, Limit: 1}); !strings.Contains(got, "raise the limit") {
		t.Errorf("the cause is %q", got)
	}
}

func TestTheFunctionRefusesToStartWithoutItsSettings(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "policy.json"), []byte(`{"mirror":{"attributes":["name"]}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_REGION", "eu-west-1")
	right := map[string]string{"USER_POOL_ID": poolID, "TABLE_NAME": "t", "LIST_RATE": "7", "EVERY_HOURS": "24", "LAMBDA_TASK_ROOT": folder}
	for name, wrong := range map[string]string{"USER_POOL_ID": "", "TABLE_NAME": "", "LIST_RATE": "fast", "EVERY_HOURS": "0", "LAMBDA_TASK_ROOT": t.TempDir(), "": ""} {
		getenv := func(asked string) string {
			if asked == name {
				return wrong
			}
			return right[asked]
		}
		f, err := setup(t.Context(), getenv, slog.New(slog.DiscardHandler))
		if (err == nil) != (name == "") || err == nil && (f.options.ListRate != 7 || f.every != 24*time.Hour || f.options.Mirror == nil || f.options.Pool != poolID) {
			t.Errorf("%s=%q: %v", name, wrong, err)
		}
	}
}
