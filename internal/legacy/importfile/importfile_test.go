package importfile_test

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/importfile"
)

// columns are those of the guide's sample.
var columns = strings.Split("cognito:username,name,given_name,email,email_verified,birthdate,phone_number,phone_number_verified,address,custom:plan,cognito:mfa_enabled", ",")

func header(t *testing.T, required []string, verify ...string) importfile.Header {
	t.Helper()
	h, err := importfile.NewHeader(columns, required, verify)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func ada(more map[string]string) importfile.Person {
	p := importfile.Person{Username: "ada", Attributes: map[string]string{"email": "ada@example.com", "email_verified": "true"}, Hash: "$2b$10$x"}
	maps.Copy(p.Attributes, more)
	return p
}

func TestR106_ALineIsAsTheGuideWritesIt(t *testing.T) {
	h := header(t, nil, "email")
	if want := strings.Join(columns, ",") + ",password_hash"; h.String() != want {
		t.Errorf("got  %s\nwant %s", h, want)
	}
	for want, p := range map[string]importfile.Person{
		`ada,,,ada@example.com,true,,,,,,,$2b$10$x`:                                 ada(nil),
		`ada,,,ada@example.com,true,02/01/1985,,,,,,$2b$10$x`:                       ada(map[string]string{"birthdate": "1985-02-01"}),
		`ada,,,ada@example.com,true,,,,123 Any Street\, Anytown,,,$2b$10$x`:         ada(map[string]string{"address": "  123 Any Street, Anytown "}),
		`ada,Ada Lovelace,,ada@example.com,true,,+491234,false,,gold,,$2b$10$x`:     ada(map[string]string{"name": "Ada Lovelace", "phone_number": "+491234", "phone_number_verified": "false", "custom:plan": "gold"}),
		`ada,,,ada@example.com,true,,,,,,,`:                                         {Username: "ada", Attributes: ada(nil).Attributes},
		`ada,,,ada@example.com,true,,,,,,,$argon2id$v=19$m=19456\,t=2\,p=1$c2E$aGE`: {Username: "ada", Attributes: ada(nil).Attributes, Hash: "$argon2id$v=19$m=19456,t=2,p=1$c2E$aGE"},
	} {
		if got, err := h.Line(p); err != nil || got != want {
			t.Errorf("got  %s, %v\nwant %s", got, err, want)
		}
	}
}

func TestTheHashColumnIsThereOnce(t *testing.T) {
	given := append(make([]string, 0, 3), "cognito:username", "email")
	if _, err := importfile.NewHeader(given, nil, []string{"email"}); err != nil || given[:3][2] != "" {
		t.Errorf("%v: the caller's list is changed to %q", err, given[:3])
	}
	h, err := importfile.NewHeader([]string{"cognito:username", "password_hash", "email", "email_verified"}, nil, []string{"email"})
	if got, unfit := h.Line(ada(nil)); err != nil || unfit != nil || got != "ada,$2b$10$x,ada@example.com,true" {
		t.Errorf("%s: %v, %v", got, err, unfit)
	}
}

func TestAPoolThatTakesNoImportIsSaid(t *testing.T) {
	for want, c := range map[string][2][]string{"no column cognito:username": {{"email"}, {"email"}}, "AutoVerifiedAttributes": {columns, nil}} {
		if _, err := importfile.NewHeader(c[0], nil, c[1]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestR106_WhoCannotBeInAFileIsSaidWithoutTheValue(t *testing.T) {
	secret := "s3cr3t"
	for _, c := range []struct {
		why      string
		person   importfile.Person
		required []string
		verify   []string
	}{
		{"a user name must be there", importfile.Person{Attributes: ada(nil).Attributes}, nil, nil},
		{"without blanks", importfile.Person{Username: "ada " + secret, Attributes: ada(nil).Attributes}, nil, nil},
		{"without blanks", importfile.Person{Username: "ada\t" + secret, Attributes: ada(nil).Attributes}, nil, nil},
		{"the pool requires name", ada(nil), []string{"email", "name"}, nil},
		{"the pool requires name", ada(map[string]string{"name": "  "}), []string{"name"}, nil},
		{"email is verified and not there", ada(map[string]string{"email": ""}), nil, nil},
		{"phone_number is verified and not there", ada(map[string]string{"phone_number_verified": "true"}), nil, nil},
		{"no verified email", ada(map[string]string{"email_verified": "false"}), nil, nil},
		{"no verified phone_number", ada(nil), nil, []string{"phone_number"}},
		{"no verified email or phone_number", ada(map[string]string{"email_verified": ""}), nil, []string{"email", "phone_number"}},
		{"the pool has no attribute custom:secret", ada(map[string]string{"custom:secret": secret}), nil, nil},
		{"the pool has no attribute cognito:mfa_enabled", ada(map[string]string{"cognito:mfa_enabled": "true"}), nil, nil},
		{"the pool has no attribute password_hash", ada(map[string]string{"password_hash": secret}), nil, nil},
		{"the pool has no attribute cognito:username", ada(map[string]string{"cognito:username": secret}), nil, nil},
		{"birthdate: it is no date", ada(map[string]string{"birthdate": "01/02/1985"}), nil, nil},
		{"name: it has a quotation mark", ada(map[string]string{"name": `The "` + secret}), nil, nil},
		{"name: it has a quotation mark or a backslash", ada(map[string]string{"name": secret + `\`}), nil, nil},
		{"address: it has a line break", ada(map[string]string{"address": secret + "\n1"}), nil, nil},
		{"address: it has a line break", ada(map[string]string{"address": secret + "\x7f1"}), nil, nil},
		{"name: it has a line break or another control character", ada(map[string]string{"name": secret + "\ufeff1"}), nil, nil},
		{"address: it has a line break", ada(map[string]string{"address": secret + "\u20281"}), nil, nil},
		{"address: it has a line break", ada(map[string]string{"address": secret + "\u20291"}), nil, nil},
		{"address: it is not UTF-8", ada(map[string]string{"address": secret + "\xff"}), nil, nil},
		{"password_hash: it has a quotation mark", importfile.Person{Username: "ada", Attributes: ada(nil).Attributes, Hash: `"` + secret}, nil, nil},
		{"longer than 16000 characters", ada(map[string]string{"name": strings.Repeat("ü", 16_000)}), nil, nil},
	} {
		if c.verify == nil {
			c.verify = []string{"email"}
		}
		line, err := header(t, c.required, c.verify...).Line(c.person)
		if unfit, is := errors.AsType[importfile.Unfit](err); !is || line != "" || !strings.Contains(string(unfit), c.why) || err.Error() != string(unfit) || strings.Contains(err.Error(), secret) {
			t.Errorf("got %q, %v, want %q", line, err, c.why)
		}
	}
	phone := ada(map[string]string{"email_verified": "false", "phone_number": "+49123", "phone_number_verified": "true"})
	if _, err := header(t, []string{"sub", "email"}, "email", "phone_number").Line(phone); err != nil {
		t.Errorf("of two addresses one is enough: %v", err)
	}
	long := ada(map[string]string{"name": strings.Repeat("ü", 16_000-len("ada,,,ada@example.com,true,,,,,,,$2b$10$x"))})
	if _, err := header(t, nil, "email").Line(long); err != nil {
		t.Errorf("characters are counted, not bytes: %v", err)
	}
}

// read reads a line as the guide describes it: the test's own reader.
func read(line string) (cells []string) {
	cell := ""
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && i+1 < len(line) && line[i+1] == ',':
			cell += ","
			i++
		case line[i] == ',':
			cells, cell = append(cells, strings.TrimSpace(cell)), ""
		default:
			cell += line[i : i+1]
		}
	}
	return append(cells, strings.TrimSpace(cell))
}

// Whatever a person's values are, a line that is written reads back as they are, in one line.
func TestR106_WhatIsWrittenReadsBack(t *testing.T) {
	h := header(t, nil, "email")
	form.Check(t, 200, 5000, 100_000, func(r *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`[ -~]{0,12}`), rapid.String())
		p := importfile.Person{Username: text.Draw(r, "username"), Attributes: map[string]string{"email": "a@b", "email_verified": "true"}, Hash: text.Draw(r, "hash")}
		for _, name := range []string{"name", "address", "custom:plan"} {
			p.Attributes[name] = text.Draw(r, name)
		}
		born := time.Unix(rapid.Int64Range(-2e9, 2e9).Draw(r, "born"), 0).UTC()
		p.Attributes["birthdate"] = born.Format(time.DateOnly)
		line, err := h.Line(p)
		if err != nil {
			return
		}
		want := []string{p.Username, p.Attributes["name"], "", "a@b", "true", born.Format("01/02/2006"), "", "", p.Attributes["address"], p.Attributes["custom:plan"], "", p.Hash}
		for i := range want {
			want[i] = strings.TrimSpace(want[i])
		}
		if got := read(line); strings.Join(got, "\x00") != strings.Join(want, "\x00") || strings.ContainsAny(line, "\r\n\"") {
			r.Fatalf("%q reads back as %q, want %q", line, got, want)
		}
	})
}

// files keeps what is written.
type files struct {
	bytes  []int
	lines  []int
	closed int
	fails  error
	// closing is the error of Close.
	closing error
}

func (f *files) begin(number int) (io.WriteCloser, error) {
	if number != len(f.bytes)+1 || f.closed != len(f.bytes) {
		return nil, fmt.Errorf("file %d begins behind %d, %d of them closed", number, len(f.bytes), f.closed)
	}
	f.bytes, f.lines = append(f.bytes, 0), append(f.lines, 0)
	return f, f.fails
}

func (f *files) Write(text []byte) (int, error) {
	f.bytes[len(f.bytes)-1] += len(text)
	f.lines[len(f.lines)-1] += strings.Count(string(text), "\n")
	return len(text), f.fails
}

func (f *files) Close() error { f.closed++; return f.closing }

// fill adds people with an attribute of a size until there is a second file, and returns how many there are.
func fill(t *testing.T, w *importfile.Writer, f *files, size int) (people int) {
	t.Helper()
	file, line := 1, 1
	for people = 0; file == 1; people++ {
		nextFile, nextLine, err := w.Add(ada(map[string]string{"address": strings.Repeat("x", size)}))
		if err != nil {
			t.Fatal(err)
		}
		if nextFile == file && nextLine != line+1 || nextFile != file && (nextFile != file+1 || nextLine != 2) {
			t.Fatalf("behind line %d of file %d is line %d of file %d", line, file, nextLine, nextFile)
		}
		file, line = nextFile, nextLine
	}
	if err := w.Close(); err != nil || f.closed != 2 || len(f.bytes) != 2 || f.lines[1] != 2 {
		t.Fatalf("%v, %d files, %d closed, lines %v", err, len(f.bytes), f.closed, f.lines)
	}
	return people
}

func TestR106_AFileIsNeverLargerThanCognitoTakes(t *testing.T) {
	h := header(t, nil, "email")
	line, err := h.Line(ada(map[string]string{"address": strings.Repeat("x", 100)}))
	if err != nil {
		t.Fatal(err)
	}
	whole := len(h.String()) + 1 + 7*(len(line)+1)
	for _, c := range []struct{ rows, bytes, want int }{{7, 1e6, 8}, {1000, whole, 8}, {1000, whole + 1, 8}, {1000, whole - 1, 7}} {
		f := &files{}
		w := importfile.Writer{Header: h, Begin: f.begin}
		w.Limit(c.rows, c.bytes)
		if got := fill(t, &w, f, 100); got != c.want || f.bytes[0] > c.bytes || f.lines[0] != got {
			t.Errorf("at most %d rows and %d bytes: the second file has person %d, the first %d bytes", c.rows, c.bytes, got, f.bytes[0])
		}
	}
	if importfile.MaxRows != 500_000 || importfile.MaxBytes != 100_000_000 {
		t.Error("the limits are not those of the guide")
	}
	f := &files{}
	w := importfile.Writer{Header: h, Begin: f.begin}
	if got := fill(t, &w, f, 15_900); f.bytes[0] > importfile.MaxBytes || f.bytes[0] < importfile.MaxBytes-16_000 {
		t.Errorf("%d people, %d bytes", got, f.bytes[0])
	}
	if form.Often(t, 1, 1, 2) > 1 {
		f = &files{}
		w = importfile.Writer{Header: h, Begin: f.begin}
		if got := fill(t, &w, f, 1); got != importfile.MaxRows+1 {
			t.Errorf("%d people", got)
		}
	}
}

func TestAWriterSaysWhatFails(t *testing.T) {
	broken := errors.New("the disk is full")
	for want, begin := range map[string]func(int) (io.WriteCloser, error){
		"beginning import file 1: the disk is full": func(int) (io.WriteCloser, error) { return nil, broken },
	} {
		w := importfile.Writer{Header: header(t, nil, "email"), Begin: begin}
		if file, line, err := w.Add(ada(nil)); err == nil || err.Error() != want || file != 0 || line != 0 {
			t.Errorf("got %d, %d, %v", file, line, err)
		}
	}
	f := &files{}
	w := importfile.Writer{Header: header(t, nil, "email"), Begin: f.begin}
	if err := w.Close(); err != nil || len(f.bytes) != 0 {
		t.Errorf("nobody: %v, %d files", err, len(f.bytes))
	}
	if file, line, err := w.Add(importfile.Person{}); err == nil || len(f.bytes) != 0 || file != 0 || line != 0 {
		t.Errorf("somebody unfit: %v, %d files", err, len(f.bytes))
	}
	if _, _, err := w.Add(ada(nil)); err != nil {
		t.Error(err)
	}
	f.fails = broken
	if err := w.Close(); err == nil || err.Error() != "ending import file 1: the disk is full" || f.closed != 1 {
		t.Errorf("got %v, %d closed", err, f.closed)
	}
	if err := w.Close(); err != nil || f.closed != 1 {
		t.Errorf("closed again: %v, %d times", err, f.closed)
	}
	full := &files{closing: broken}
	w = importfile.Writer{Header: header(t, nil, "email"), Begin: full.begin}
	w.Limit(2, 1e6)
	var last error
	for last == nil {
		_, _, last = w.Add(ada(map[string]string{"address": strings.Repeat("x", 15_000)}))
	}
	if last.Error() != "ending import file 1: the disk is full" || len(full.bytes) != 1 {
		t.Errorf("got %v, %d files", last, len(full.bytes))
	}
	f = &files{}
	w = importfile.Writer{Header: header(t, nil, "email"), Begin: f.begin}
	_, _, err := w.Add(ada(nil))
	for f.fails = broken; err == nil; {
		_, _, err = w.Add(ada(map[string]string{"address": strings.Repeat("x", 10_000)}))
	}
	if err.Error() != "writing import file 1: the disk is full" {
		t.Errorf("got %v", err)
	}
}
