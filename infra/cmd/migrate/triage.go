package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/export"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/forecast"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
)

// level is that of every band.
const level = 0.95

// maxKinds bounds what triage keeps: each row of a broken export could have parameters of its own.
const maxKinds = 200

// unknown is the kind of what is no hash.
const unknown = "(no hash that is known)"

// sorted is what triage finds.
type sorted struct {
	People   int        `json:"people"`
	Faults   int        `json:"faults"`
	Kinds    []*kind    `json:"kinds"`
	Forecast []*horizon `json:"forecast,omitempty"`
	ages     forecast.Tally
}

// kind is what triage says of one kind of hash.
type kind struct {
	Kind   string  `json:"kind"`
	People int     `json:"people"`
	Way    string  `json:"way"`
	Why    string  `json:"why,omitempty"`
	CPU    float64 `json:"checkMilliseconds,omitempty"`
	way    hash.Way
}

// horizon is the forecast for a day.
type horizon struct {
	Days int           `json:"days"`
	Band forecast.Band `json:"band"`
}

// triage reads hashes and last sign-ins and nothing else.
func triage(_ context.Context, c *call) error {
	file, err := os.Open(c.file)
	if err != nil {
		return fmt.Errorf("opening the export: %w", err)
	}
	defer func() { _ = file.Close() }()
	asOf, err := c.asOf()
	if err != nil {
		return err
	}
	found, err := c.triage(file, asOf)
	if err != nil {
		return c.place(err)
	}
	if c.json {
		return json.NewEncoder(c.out).Encode(found)
	}
	found.print(c.out)
	return nil
}

func (c *call) triage(from io.Reader, asOf time.Time) (sorted, error) {
	found, kinds := sorted{}, map[string]*kind{}
	rows, err := export.NewReader(from, c.columns, export.Hash, export.Last)
	if err != nil {
		return found, err
	}
	found.Faults, err = rows.Each(func(row export.Row) error {
		last, is := export.Time(row.Get(export.Last))
		if !is {
			return row.Fault(export.Last, "it is no time", "write it as 2026-03-01T11:22:33Z, or in seconds since 1970")
		}
		found.People++
		found.ages.Add(asOf.Sub(last)) // the zero time is longer ago than a tally tells apart
		count(kinds, row.Get(export.Hash))
		return nil
	}, c.report())
	if err != nil {
		return found, err
	}
	found.Kinds = slices.SortedFunc(maps.Values(kinds), func(a, b *kind) int {
		return cmp.Or(cmp.Compare(a.way, b.way), cmp.Compare(b.People, a.People), strings.Compare(a.Kind, b.Kind))
	})
	for _, days := range []int{7, 30, 90, 180, 365} {
		if c.columns.Has(export.Last) {
			found.Forecast = append(found.Forecast, &horizon{days, found.ages.At(days, level)})
		}
	}
	return found, nil
}

// count adds a hash to its kind.
func count(kinds map[string]*kind, stored string) {
	k := kind{Kind: unknown, Way: hash.Reset.String(), Why: "nobody can check it: a new password, by a code to a verified address", way: hash.Reset}
	if h, err := hash.Parse(stored); err == nil {
		way, why := h.Way()
		k = kind{Kind: h.Kind.String(), Way: way.String(), Why: why, CPU: h.Kind.Cost().CPU, way: way}
	}
	known, is := kinds[k.Kind]
	if !is && len(kinds) >= maxKinds {
		known, is = kinds[unknown+", and more kinds"], false
		k.Kind = unknown + ", and more kinds"
	}
	if known == nil {
		known = &k
		kinds[k.Kind] = known
	}
	known.People++
}

func (s sorted) print(out io.Writer) {
	fmt.Fprintf(out, "%d people, %d rows with a fault\n\n", s.People, s.Faults)
	for _, k := range s.Kinds {
		line := fmt.Sprintf("  %-34s %9d  %5.1f %%  %-10s  %s", k.Kind, k.People, 100*float64(k.People)/float64(max(1, s.People)), k.Way, k.Why)
		fmt.Fprintln(out, strings.TrimRight(line, " "))
	}
	title := "\nIn the stage's file, for those who move at sign-in:\n\nmigration:\n  hashes:\n"
	for _, k := range s.Kinds {
		if k.way == hash.AtSignIn {
			fmt.Fprintf(out, "%s    - {kind: %q, people: %d}\n", title, k.Kind, k.People)
			title = ""
		}
	}
	if len(s.Forecast) == 0 {
		fmt.Fprint(out, "\nNo forecast: --columns has no last=COLUMN with the last sign-in.\n")
		return
	}
	fmt.Fprintf(out, "\nWho will have signed in, and so moved, after the cutover (%.0f %% sure):\n\n", 100*level)
	for _, h := range s.Forecast {
		fmt.Fprintf(out, "  %3d days  %s\n", h.Days, band(h.Band))
	}
}

func band(b forecast.Band) string {
	return fmt.Sprintf("%5.1f %%  (%.1f to %.1f)", 100*b.Share, 100*b.Low, 100*b.High)
}
