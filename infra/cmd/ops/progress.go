package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cost"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// plainEvery is the time between two lines if no line can be overwritten.
const plainEvery = 10 * time.Second

// progress shows the progress of a sweep: a bar on a screen, otherwise a line for each
// phase and every ten seconds.
type progress struct {
	terminal
	quiet     bool
	begun, at time.Time
	before    int // users that were listed before this run
	phase     sweep.Phase
	shown     bool // the screen shows a bar
	dryRun    bool
}

func newProgress(t terminal, s *sweeping) *progress {
	return &progress{terminal: t, quiet: s.json && !t.screen, before: -1, dryRun: s.dryRun}
}

// advanced shows the progress of the sweep.
func (p *progress) advanced(at sweep.Progress) {
	now := p.now()
	if p.before < 0 {
		p.before, p.begun = at.Counts.Listed, now
	}
	switch {
	case p.quiet:
	case p.screen:
		overwrite(p.err)
		fmt.Fprint(p.err, p.line(at, now))
		p.shown = true
	case at.Phase != p.phase || now.Sub(p.at) >= plainEvery:
		fmt.Fprintln(p.err, p.line(at, now))
		p.at = now
	}
	p.phase = at.Phase
}

// clear removes the bar before a line of another kind.
func (p *progress) clear() {
	if p.shown {
		overwrite(p.err)
		p.shown = false
	}
}

func (p *progress) line(at sweep.Progress, now time.Time) string {
	drift := fmt.Sprintf("%s differ, $%.2f", thousands(at.Counts.Total()), cost.Table(at.Counts.Units()))
	switch at.Phase {
	case sweep.Listing:
		return p.listing(at.Counts.Listed, at.Estimate, now) + ", " + drift
	case sweep.Scanning:
		return "scanning  " + thousands(at.Counts.Completed) + " rows of an older release are in the index now"
	case sweep.Asking:
		return fmt.Sprintf("asking    %s users who are not listed; those who are gone again after a minute", thousands(at.Left))
	default:
		return "done      " + thousands(at.Counts.Listed) + " users, " + thousands(at.Counts.Rows) + " rows, " + drift
	}
}

func (p *progress) listing(listed, estimate int, now time.Time) string {
	return part{"listing   ", "users", listed, p.before, estimate, now.Sub(p.begun)}.line(p.screen)
}

// part is how much of something is done. Total 0 is unknown.
type part struct {
	what, things        string
	done, before, total int // before this run
	took                time.Duration
}

// line returns it with a bar for a screen, the rate and the time that is left.
func (p part) line(screen bool) string {
	var b strings.Builder
	b.WriteString(p.what)
	total := max(p.total, p.done)
	if screen && p.total > 0 {
		fmt.Fprintf(&b, "%s %3d %%  ", bar(p.done, total), p.done*100/max(total, 1))
	}
	b.WriteString(thousands(p.done))
	if p.total > 0 {
		b.WriteString(" of " + thousands(total))
	}
	b.WriteString(" " + p.things)
	if took := p.took.Seconds(); took >= 1 {
		rate := float64(p.done-p.before) / took
		fmt.Fprintf(&b, ", %s/s", thousands(int(rate)))
		if p.total > 0 && rate > 0 {
			left := time.Duration(float64(total-p.done) / rate * float64(time.Second))
			fmt.Fprintf(&b, ", %s left", left.Round(time.Second))
		}
	}
	return b.String()
}

// bar returns a bar of 24 characters.
func bar(part, whole int) string {
	full := 24 * part / max(whole, 1)
	return strings.Repeat("━", full) + strings.Repeat("─", 24-full)
}

// thousands returns a number with commas.
func thousands(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
