package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/export"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/importfile"
)

// way is how a person comes along.
type way int

const (
	imported way = iota // by an import job
	waits               // in the table, until the first sign-in or the request for a new password
	stuck               // not: nobody can check the password, and no address can receive a code
	known               // has come along
)

// sorter decides for each person. The zero value imports nobody.
type sorter struct {
	imports bool
	header  importfile.Header
	// alias is set if the pool's user names may not look like addresses, with e-mail as an alias, and
	// address if they must be one (developer guide, "Customizing sign-in attributes").
	alias, address bool
	// log is the log group of the pool's imports (developer guide, "Viewing the results").
	log string
	// required are the attributes that nobody may lack.
	required []string
}

// newSorter asks the pool what it wants of a user.
func newSorter(ctx context.Context, c *call) (sorter, error) {
	var described struct {
		UserPool struct {
			Name             string
			SchemaAttributes []struct {
				Name     string
				Required bool
			}
			AutoVerifiedAttributes, AliasAttributes, UsernameAttributes []string
		}
	}
	in := map[string]string{"UserPoolId": c.pool}
	if err := c.call(ctx, "DescribeUserPool", in, &described); err != nil {
		return sorter{}, err
	}
	pool, known := described.UserPool, map[string]bool{}
	s := sorter{imports: !c.noImport, alias: slices.Contains(pool.AliasAttributes, "email"), address: len(pool.UsernameAttributes) > 0, log: "/aws/cognito/userpools/" + c.pool + "/" + pool.Name}
	for _, a := range pool.SchemaAttributes {
		if known[a.Name] = true; a.Required && a.Name != "sub" {
			s.required = append(s.required, a.Name)
		}
	}
	for _, word := range c.columns.Attributes() {
		if !known[export.Attribute(word)] {
			return s, misused("--columns: the pool has no attribute %s", word)
		}
	}
	if c.noImport {
		return s, nil
	}
	var head struct{ CSVHeader []string }
	err := c.call(ctx, "GetCSVHeader", in, &head)
	if err == nil {
		s.header, err = importfile.NewHeader(head.CSVHeader, s.required, pool.AutoVerifiedAttributes)
	}
	return s, err
}

// fits asks that the pool takes a person's user name.
func (s sorter) fits(p person) error {
	address := strings.Contains(p.pooled(), "@")
	switch {
	case s.alias && address:
		return p.Fault(export.Name, "user names of this pool are no addresses", "add username=COLUMN to --columns")
	case s.address && !address && !strings.HasPrefix(p.pooled(), "+"):
		return p.Fault(export.Name, "people sign in to this pool with an address", "say name=COLUMN of the address")
	}
	return nil
}

// sort returns the way of a person, for an import with the algorithm and the line of the file, and
// why a better way is closed.
func (s sorter) sort(p person) (to way, algorithm, line, why string) {
	decided := hash.Reset
	if p.hash.Kind != (hash.Kind{}) {
		decided, _ = p.hash.Way()
	}
	switch {
	case decided == hash.Reset && len(p.verified()) == 0:
		return stuck, "", "", "nobody can check the password, and no address is verified"
	case decided == hash.Reset:
		return waits, "", "", "nobody can check the password: a new one is asked for"
	case decided == hash.AtSignIn || !s.imports:
		return waits, "", "", ""
	}
	converted, err := p.hash.Convert()
	if err == nil {
		line, err = s.header.Line(importfile.Person{Username: p.pooled(), Attributes: p.attributes, Hash: converted.Encoded})
	}
	if err != nil {
		return waits, "", "", err.Error()
	}
	return imported, converted.Algorithm, line, ""
}

// again returns the way of a person with what an earlier call has left in the table: who has moved or was
// imported is known, and who waits goes on waiting. A second import would be skipped, or fail as the
// first.
func (s sorter) again(p person, row inTable) (to way, algorithm, line, why string) {
	to, algorithm, line, why = s.sort(p)
	switch {
	case !row.MovedAt.IsZero() || row.imported():
		return known, "", "", ""
	case !row.LoadedAt.IsZero() && to == imported:
		return waits, "", "", ""
	}
	return to, algorithm, line, why
}

// plan is what becomes of an export.
type plan struct {
	People, Waiting, Stuck int
	Known                  int            // moved, or imported by an earlier load
	Imported               map[string]int // by algorithm
	Why                    map[string]int // people whose better way is closed
	Kinds                  map[string]int // of those who wait
}

func newPlan() plan {
	return plan{Imported: map[string]int{}, Why: map[string]int{}, Kinds: map[string]int{}}
}

func (l *plan) add(p person, to way, algorithm, why string) {
	l.People++
	if why != "" {
		l.Why[why]++
	}
	switch to {
	case imported:
		l.Imported[algorithm]++
	case waits:
		if l.Waiting++; p.hash.Kind != (hash.Kind{}) {
			l.Kinds[p.hash.Kind.String()]++
		}
	case known:
		l.Known++
	default:
		l.Stuck++
	}
}

func (l *plan) print(out io.Writer) {
	fmt.Fprintf(out, "%d people\n", l.People)
	for _, algorithm := range slices.Sorted(maps.Keys(l.Imported)) {
		fmt.Fprintf(out, "  %9d  imported, %s\n", l.Imported[algorithm], algorithm)
	}
	fmt.Fprintf(out, "  %9d  wait until the first sign-in\n", l.Waiting)
	if l.Stuck > 0 {
		fmt.Fprintf(out, "  %9d  cannot come along\n", l.Stuck)
	}
	if l.Known > 0 {
		fmt.Fprintf(out, "  %9d  have moved, or were imported by an earlier load\n", l.Known)
	}
	for _, why := range slices.Sorted(maps.Keys(l.Why)) {
		fmt.Fprintf(out, "    %7d: %s\n", l.Why[why], why)
	}
}
