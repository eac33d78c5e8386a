package main

import (
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/export"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// maxFaults is how many are printed of an export.
const maxFaults = 20

// source is the export.
type source struct {
	file, says string
	columns    export.Columns
	fits       func(person) error // asks that the pool takes a person; nil takes everybody
}

func (s *source) parse(verb string) (err error) {
	if s.file == "" && verb != "canary" {
		return misused("name the FILE that the old app has exported")
	}
	if s.says == "" {
		s.says = "name,hash"
	}
	if s.columns, err = export.ParseColumns(s.says); err != nil {
		return misused("--%v", err)
	}
	if !s.columns.Has(export.Name) || !s.columns.Has(export.Hash) {
		return misused("--columns: name and hash must be there")
	}
	if s.columns.Has("sub") {
		return misused("--columns: Cognito makes for each user a sub of its own: carry the old id in an attribute, such as custom:oldId=id")
	}
	return nil
}

// person is somebody of the old app.
type person struct {
	export.Row
	// name is what the person types to sign in, username the pool's user name if it is another one.
	name, username string
	hash           hash.Hash // the zero value if nobody can check it
	stored         string    // the hash as the old app has it
	attributes     map[string]string
	last           time.Time // zero is never, or not said
}

// pooled returns the person's user name in the pool.
func (p person) pooled() string {
	if p.username != "" {
		return p.username
	}
	return p.name
}

// verified returns the addresses that the old app has verified.
func (p person) verified() (addresses []string) {
	for _, name := range []string{"email", "phone_number"} {
		if p.attributes[name] != "" && p.attributes[name+"_verified"] == "true" {
			addresses = append(addresses, p.attributes[name])
		}
	}
	return addresses
}

// read takes a row.
func (s *source) read(row export.Row) (person, error) {
	p := person{Row: row, name: row.Get(export.Name), username: row.Get(export.Username), stored: row.Get(export.Hash), attributes: map[string]string{}}
	if p.name == "" {
		return p, row.Fault(export.Name, "it is empty", "write what the person signs in with")
	}
	p.hash, _ = hash.Parse(p.stored) // what is unknown is a way of its own
	last, is := export.Time(row.Get(export.Last))
	if p.last = last; !is {
		return p, row.Fault(export.Last, "it is no time", "write it as 2026-03-01T11:22:33Z, or in seconds since 1970")
	}
	for _, word := range s.columns.Attributes() {
		name, value := export.Attribute(word), row.Get(word)
		if name == "email_verified" || name == "phone_number_verified" {
			set, is := export.Flag(value)
			if !is {
				return p, row.Fault(word, "it is neither a flag nor a time", "write true or false")
			}
			value = fmt.Sprint(set)
		}
		if value != "" {
			p.attributes[name] = value
		}
	}
	if s.fits != nil {
		return p, s.fits(p)
	}
	return p, nil
}

// asOf returns when the export was made, as its file says: by the clock of a
// later call, everybody would have been away for longer.
func (c *call) asOf() (time.Time, error) {
	info, err := os.Stat(c.file)
	if err != nil {
		return time.Time{}, fmt.Errorf("opening the export: %w", err)
	}
	if made := info.ModTime(); made.Before(c.now()) {
		return made, nil
	}
	return c.now(), nil
}

// people reads the whole export, person by person. Rows with a fault are reported; if there is one,
// the error says that nothing was done. A name that is there twice is a fault.
func (c *call) people(do func(person) error) error {
	file, err := os.Open(c.file)
	if err != nil {
		return fmt.Errorf("opening the export: %w", err)
	}
	defer func() { _ = file.Close() }()
	rows, err := export.NewReader(file, c.columns)
	if err != nil {
		return c.place(err)
	}
	seed, lines := maphash.MakeSeed(), map[uint64]int{} // a digest takes less memory than a name
	faults, err := rows.Each(func(row export.Row) error {
		p, err := c.read(row)
		if err != nil {
			return err
		}
		name := maphash.String(seed, table.FoldName(p.name))
		if line, twice := lines[name]; twice {
			return p.Fault(export.Name, fmt.Sprintf("line %d has this name, too (capitals and blanks around it do not count)", line), "leave one of them out")
		}
		lines[name] = p.Line
		return do(p)
	}, c.report())
	if err == nil && faults > 0 {
		err = fmt.Errorf("%d rows have a fault: correct the export, nothing was done", faults)
	}
	return err
}

// report returns what prints faults. If each row has the same mistake, the first ones say enough.
func (c *call) report() func(export.Fault) {
	n := 0
	return func(f export.Fault) {
		if n++; n <= maxFaults {
			fmt.Fprintf(c.err, "%s:%v\n", c.file, f)
		} else if n == maxFaults+1 {
			fmt.Fprintf(c.err, "%s: more rows have a fault\n", c.file)
		}
	}
}

// place adds the file's name to a fault.
func (s *source) place(err error) error {
	if fault, is := errors.AsType[export.Fault](err); is {
		return fmt.Errorf("%s:%w", s.file, fault)
	}
	return err
}
