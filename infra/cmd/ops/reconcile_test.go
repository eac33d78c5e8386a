package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/support/dossier"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// screens has the command's output for readers.
const screens = "testdata/screens"

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join(screens, name)
	if *update {
		if err := os.MkdirAll(screens, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: write it with `go test ./infra/cmd/ops -update`", err)
	}
	if got != string(want) {
		t.Errorf("%s has changed; `go test ./infra/cmd/ops -update && git diff infra/cmd/ops/testdata` shows how:\n%s", name, difference(string(want), got))
	}
}

const poolName = "eu-west-1_AbCdEf123"

// drifts are one of each kind.
var drifts = []sweep.Drift{
	{Kind: sweep.Missing, Sub: "11111111-1111-4111-8111-111111111111", Write: users.Applied, Address: "ada@example.com"},
	{Kind: sweep.Stale, Sub: "22222222-2222-4222-8222-222222222222", Fields: []string{"email", "name"}, Write: users.Unchanged, Address: "bob@example.com"},
	{Kind: sweep.Disabled, Sub: "33333333-3333-4333-8333-333333333333", Fields: []string{"disabled"}, Write: users.Applied},
	{Kind: sweep.Deleted, Sub: "44444444-4444-4444-8444-444444444444", Write: users.Applied},
	{Kind: sweep.Erased, Sub: "55555555-5555-4555-8555-555555555555"},
}

// found is a report with some of everything.
func found(dryRun bool) sweep.Report {
	r := sweep.Report{Pool: poolName, DryRun: dryRun, Complete: true, StartedAt: noon, CheckedAt: noon.Add(95 * time.Second), Estimate: 12300, Counts: sweep.Counts{
		Listed: 12345, Unconfirmed: 210, Rows: 12040, Throttled: 2,
		Drift: map[sweep.Kind]int{sweep.Missing: 1200, sweep.Stale: 20, sweep.Disabled: 3, sweep.Erased: 1},
	}}
	if dryRun {
		r.Drift[sweep.Unlisted], r.WouldAsk = 45, 47
		return r
	}
	r.Drift[sweep.Deleted], r.Drift[sweep.Recreated] = 40, 5
	r.Written, r.Overtaken, r.Asked, r.Unaskable = 1267, 1, 92, 1
	return r
}

func TestTheReportsOfASweepReadWell(t *testing.T) {
	short := sweep.Report{Incomplete: true, Estimate: 500, CheckedAt: noon, Counts: sweep.Counts{Listed: 12, Drift: map[sweep.Kind]int{sweep.Missing: 3}, Written: 3}}
	for name, c := range map[string]struct {
		s sweeping
		r sweep.Report
	}{
		"reconcile.txt":          {sweeping{}, found(false)},
		"reconcile-dry-run.txt":  {sweeping{dryRun: true, rows: true}, found(true)},
		"reconcile-quiet.txt":    {sweeping{}, sweep.Report{Complete: true, CheckedAt: noon, Counts: sweep.Counts{Listed: 12, Rows: 12}}},
		"reconcile-accepted.txt": {sweeping{accept: true}, sweep.Report{Complete: true, Estimate: 500, CheckedAt: noon, Counts: sweep.Counts{Listed: 12, Rows: 12}}},
		"reconcile-short.txt":    {sweeping{}, short},
		"reconcile-short.json":   {sweeping{json: true}, short},
		"reconcile.json":         {sweeping{json: true}, found(false)},
		"reconcile-rows.json":    {sweeping{json: true, rows: true, addresses: true, dryRun: true}, found(true)},
	} {
		var out bytes.Buffer
		at := terminal{out: &out}
		c.s.table, c.s.pool = "Suite-Table", poolName
		for _, d := range drifts {
			if c.s.rows {
				c.s.row(d, at)
			}
		}
		if err := c.s.report(c.r, at); err != nil {
			t.Fatal(err)
		}
		golden(t, name, out.String())
	}
}

func TestAProgressBarOnAScreenAndLinesElsewhere(t *testing.T) {
	for name, screen := range map[string]bool{"progress-screen.txt": true, "progress-plain.txt": false} {
		var out bytes.Buffer
		now := noon
		at := terminal{err: &out, screen: screen, now: func() time.Time { return now }}
		for _, total := range []int{0, 12345} {
			p := newProgress(at, &sweeping{})
			for i, listed := range []int{60, 120, 3000, 9000, 9060, 12345} {
				now = now.Add(time.Duration(i) * time.Second)
				p.advanced(sweep.Progress{Phase: sweep.Listing, Estimate: total, Counts: sweep.Counts{Listed: listed, Drift: map[sweep.Kind]int{sweep.Stale: i}}})
			}
			for _, phase := range []sweep.Phase{sweep.Scanning, sweep.Asking, sweep.Finished} {
				p.advanced(sweep.Progress{Phase: phase, Left: 1234, Counts: sweep.Counts{Listed: 12345, Rows: 12000}})
			}
			p.clear()
		}
		golden(t, name, strings.ReplaceAll(out.String(), "\r\x1b[K", "\n"))
	}
	var out bytes.Buffer
	p := newProgress(terminal{err: &out, now: func() time.Time { return noon }}, &sweeping{json: true})
	p.advanced(sweep.Progress{Phase: sweep.Listing})
	if p.clear(); out.Len() > 0 {
		t.Errorf("a program is shown %q", out.String())
	}
}

func TestASweepThatStopsSaysHowToGoOn(t *testing.T) {
	nowhere := terminal{getenv: func(string) string { return "" }}
	for want, err := range map[string]error{
		"--limit 1001": sweep.TooMany{Found: 1001, Limit: 1000},
		"the scheduled function, since 2026-03-01T12:00:00Z, until 2026-03-01T12:03:00Z at least\nWait for it: `ops status`": sweep.Held{Holder: "the scheduled function", Since: noon, Until: noon.Add(sweep.LeaseLife)},
		"stopped; what is done stays done, and the next sweep continues":                                                     context.Canceled,
		"down\n(what is done stays done": errors.New("down"),
	} {
		got := (&sweeping{}).stopped(sweep.Report{Counts: sweep.Counts{Leaves: 1}}, err, nowhere)
		if !strings.Contains(got.Error(), want) {
			t.Errorf("%v, want %s", got, want)
		}
	}
	if err := (&sweeping{}).stopped(sweep.Report{}, context.Canceled, nowhere); !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "continues") {
		t.Errorf("before the first leaf: %v", err)
	}
}

func TestAWrongCallOfTheSweepsVerbs(t *testing.T) {
	t.Chdir("../../..")
	withoutRegion(t)
	for call, text := range map[string]string{
		"reconcile":                       "pass --stage NAME",
		"reconcile x --stage dev":         "unexpected argument",
		"reconcile --stage dev --rate 31": "AWS allows 30",
		"reconcile --stage dev --rate 0":  "above 0",
		"reconcile --stage dev --rate -1": "above 0",
		"reconcile --stage dev --limit 0": "1 or more",
		"dossier":                         "one USER",
		"dossier a b":                     "one USER",
		"erase --yes":                     "one USER",
		"erase u":                         "pass --yes",
	} {
		refused(t, misuse, []string{text}, strings.Fields(call)...)
	}
	refused(t, misuse, []string{`no stage "nowhere"`, "dev"}, "reconcile", "--stage", "nowhere", "--table", "t", "--pool", "p")
	refused(t, misuse, []string{"dist/outputs.prod.json", "no Region"}, "reconcile", "--stage", "prod")
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 123456: "123,456", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := thousands(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
}

func TestAReceiptReadsWell(t *testing.T) {
	e := erasing{as: "grace"}
	before := dossier.Dossier{Pool: poolName, Table: "Suite-Table", Sub: "11111111-1111-4111-8111-111111111111", Rows: map[string]map[string]any{
		"PROFILE": {"email": "ada@example.com", "createdAt": "t", "username": "ada"}, "AUTHZ": {"authzRoles": []any{}}, "SIGNIN#2026": {"x": "y"},
	}}
	after := dossier.Dossier{Pool: poolName, Table: "Suite-Table", Rows: map[string]map[string]any{
		"PROFILE": {"createdAt": "t", "deletedAt": "2026-03-01T12:00:00.000Z", "expiresAt": json.Number("1780142400")}, "AUTHZ": {"authzStatus": "deleted"},
	}}
	var out bytes.Buffer
	for _, e.json = range []bool{false, true} {
		if err := e.acknowledge(before, after, terminal{out: &out}); err != nil {
			t.Fatal(err)
		}
	}
	if err := (&erasing{target: e.target}).acknowledge(after, after, terminal{out: &out}); err != nil {
		t.Fatal(err)
	}
	golden(t, "receipt.txt", out.String())
}

func TestErasingIsAskedFor(t *testing.T) {
	before := dossier.Dossier{Sub: "sub-a", Rows: map[string]map[string]any{"PROFILE": {}, "AUTHZ": {}}}
	for answer, want := range map[string]bool{"sub-a\n": true, "sub-a": true, "yes\n": false, "": false, "sub-b\n": false} {
		var out bytes.Buffer
		err := (&erasing{}).confirm(before, terminal{in: strings.NewReader(answer), err: &out})
		if (err == nil) != want || !strings.Contains(out.String(), "AUTHZ, PROFILE") {
			t.Errorf("%q: %v, asked %q", answer, err, out.String())
		}
	}
	if err := (&erasing{yes: true}).confirm(before, terminal{}); err != nil {
		t.Error(err)
	}
}
