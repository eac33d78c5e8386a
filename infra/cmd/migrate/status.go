package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/export"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/forecast"
)

// standing is how far the move is.
type standing struct {
	People   int `json:"people"`
	Moved    int `json:"moved"`
	Imported int `json:"imported"` // are in the pool and have not signed in yet
	Waiting  int `json:"waiting"`
	// Proved are those of Waiting whose old password was right once, or who have asked for a new one:
	// their sign-in was not seen yet.
	Proved int `json:"proved"`
	// Changed have another password in the old app than the one that waits.
	Changed int `json:"changed"`
	// Missing are in the export and not in the table: new, or without a way.
	Missing int `json:"missing"`
	// Wrong are tries at the passwords of those who have not moved, and of how many people. They are
	// forgotten a week after the last one (dynamo.TriesKept).
	Wrong       int64             `json:"wrongTries"`
	WrongPeople int               `json:"wrongPeople"`
	Verdict     *forecast.Verdict `json:"verdict,omitempty"`
	Ahead       []horizon         `json:"ahead,omitempty"`

	moved forecast.Tally
}

// status compares the export, also a fresh one, with the table.
func status(ctx context.Context, c *call) error {
	if err := c.connect(ctx); err != nil {
		return err
	}
	b, err := c.openBook()
	if err != nil {
		return err
	}
	cutover, is := export.Time(c.cutover)
	if !is {
		return misused("--cutover is no time: write it as 2026-03-01T11:22:33Z")
	}
	if cutover.IsZero() {
		cutover = b.Loaded
	}
	s, err := c.standing(ctx, cutover)
	if err != nil {
		return err
	}
	if days := int(c.now().Sub(cutover) / forecast.Day); !cutover.IsZero() && b.Ages.Never < b.Ages.People() {
		s.Verdict = new(forecast.Judge(b.Ages, s.moved, days, level))
		for _, more := range []int{7, 30, 90} {
			s.Ahead = append(s.Ahead, horizon{days + more, b.Ages.At(days+more, level)})
		}
	}
	if c.json {
		return json.NewEncoder(c.out).Encode(s)
	}
	s.print(c.out)
	s.printForecast(c.out)
	return nil
}

// standing looks everybody up, and lists who has not moved if a file is asked for.
func (c *call) standing(ctx context.Context, cutover time.Time) (s standing, err error) {
	count := func(left func(person, string) error) error {
		return c.everybody(ctx, func(p person, r inTable) error {
			if is := s.add(p, r, cutover); is != "moved" {
				return left(p, is)
			}
			return nil
		})
	}
	if c.list == "" {
		err = count(func(person, string) error { return nil })
		return s, err
	}
	err = keep(c.list, func(w io.Writer) error {
		lines := json.NewEncoder(w)
		return count(func(p person, is string) error { return lines.Encode(map[string]string{"name": p.name, "is": is}) })
	})
	return s, err
}

// add counts a person and returns the word for how far he is.
func (s *standing) add(p person, r inTable, cutover time.Time) string {
	s.People++
	switch {
	case !r.MovedAt.IsZero():
		s.Moved++
		s.moved.Add(r.MovedAt.Sub(cutover))
		return "moved"
	case r.LoadedAt.IsZero():
		s.Missing++
		return "missing"
	}
	if r.tries.All > 0 {
		s.Wrong, s.WrongPeople = s.Wrong+r.tries.All, s.WrongPeople+1
	}
	if r.imported() {
		s.Imported++
		return "imported"
	}
	if s.Waiting++; !r.ProvedAt.IsZero() {
		s.Proved++
	}
	if r.Hash != "" && r.Hash != p.stored {
		s.Changed++
		return "changed"
	}
	return "waiting"
}

func (s standing) print(out io.Writer) {
	fmt.Fprintf(out, "%d people\n  %9d  moved: they have signed in to the pool\n", s.People, s.Moved)
	for _, line := range []struct {
		n    int
		what string
	}{
		{s.Imported, "imported, and have not signed in yet"},
		{s.Waiting, "wait"},
		{s.Proved, "of them have proved to be who they are, and no sign-in was seen yet"},
		{s.Changed, "of them have another password in the old app now: load this export"},
		{s.Missing, "are not loaded: new in the old app (load this export), or without a way"},
		{s.WrongPeople, fmt.Sprintf("have not moved, and somebody tried their names lately (tries: %d)", s.Wrong)},
	} {
		if line.n > 0 {
			fmt.Fprintf(out, "  %9d  %s\n", line.n, line.what)
		}
	}
}

func (s standing) printForecast(out io.Writer) {
	if s.Verdict == nil {
		fmt.Fprint(out, "\nNo forecast: load with last=COLUMN in --columns makes one.\n")
		return
	}
	v := s.Verdict
	if v.Days == 0 {
		fmt.Fprint(out, "\nThe forecast, of which no whole day is over:\n")
	} else {
		fmt.Fprintf(out, "\nAt the end of day %d, %.1f %% had moved; the forecast is %s.\n", v.Days, 100*v.Seen, strings.TrimSpace(band(v.Forecast)))
	}
	if v.Left > 0 {
		fewer := map[bool]string{true: "fewer", false: "more"}[v.Fewer]
		fmt.Fprintf(out, "What is seen has left the forecast on day %d: %s people than expected. Do they find the new sign-in?\n", v.Left, fewer)
	}
	for _, h := range s.Ahead {
		fmt.Fprintf(out, "  %3d days  %s\n", h.Days, band(h.Band))
	}
}
