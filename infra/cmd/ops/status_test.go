package main

import (
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

func TestR87_StatusSaysHowOldTheLastWholePassIs(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	open := sweep.Pass{Version: sweep.PassVersion, Phase: sweep.Listing, Report: sweep.Report{
		Estimate: 40_000, StartedAt: noon.Add(-3 * time.Hour), CheckedAt: noon, Counts: sweep.Counts{Listed: 1500},
	}}
	whole, both := sweep.Pass{Version: sweep.PassVersion, Phase: sweep.Finished, WholeAt: noon.Add(-90 * time.Minute)}, open
	both.WholeAt = whole.WholeAt
	const age, far = "ended 1.5 hours ago, at 2026-03-01 10:30 UTC", "listed " + "1,500 users of about 40,000. At its pace the list takes 77.0 hours more"
	short, asking, unknown := open, open, open
	short.Report.Incomplete, asking.Phase, unknown.Report.Estimate = true, sweep.Asking, 0
	for text, last := range map[string]sweep.Pass{
		"listed only 1,500 users of about 40,000, so it buried nothing: the next one lists again.": short,
		"listed 1,500 users, and asks for those":                                                   asking,
		"has listed 1,500 users.":                                                                  unknown,
	} {
		if got := passAge(last, noon); !strings.Contains(got, text) || strings.Contains(got, "hours more") {
			t.Errorf("%q is not in %s", text, got)
		}
	}
	for _, c := range []struct {
		last             sweep.Pass
		never, age, open bool
	}{{sweep.Pass{}, true, false, false}, {open, true, false, true}, {whole, false, true, false}, {both, false, true, true}} {
		got := passAge(c.last, noon)
		if strings.Contains(got, "never compared") != c.never || strings.Contains(got, age) != c.age || strings.Contains(got, far) != c.open {
			t.Errorf("%+v: %s", c.last, got)
		}
	}
}
