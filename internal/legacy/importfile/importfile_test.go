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
		if unfit, is := errors.AsType[importfile.Unfit](err); !is || line != "" || !strings.Contains(string(unfit), c.why) || strings.Contains(err.Error(), secret) {
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

func (f *files) Close() error { f.closed++; return nil }

func TestR106_AFileIsNeverLargerThanCognitoTakes(t *testing.T) {
	for _, c := range []struct {
		name  string
		size  int
		add   int
		lines []int
	}{
		{"rows", 1, importfile.MaxRows + 1, []int{importfile.MaxRows + 1, 2}},
		{"bytes", 15_000, importfile.MaxBytes/15_000 + 100, nil},
	} {
		f := &files{}
		w := importfile.Writer{Header: header(t, nil, "email"), Begin: f.begin}
		file, line := 0, 0
		for range c.add {
			before, beforeLine := file, line
			var err error
			if file, line, err = w.Add(ada(map[string]string{"address": strings.Repeat("x", c.size)})); err != nil {
				t.Fatal(err)
			}
			if file == before && line != beforeLine+1 || file != before && (file != before+1 || line != 2) {
				t.Fatalf("behind line %d of file %d is line %d of file %d", beforeLine, before, line, file)
			}
		}
		if err := w.Close(); err != nil || f.closed != 2 || len(f.bytes) != 2 {
			t.Errorf("%s: %v, %d files, %d closed", c.name, err, len(f.bytes), f.closed)
		}
		if f.bytes[0] > importfile.MaxBytes || c.lines == nil && f.bytes[0] < importfile.MaxBytes-16_000 || c.lines != nil && fmt.Sprint(f.lines) != fmt.Sprint(c.lines) {
			t.Errorf("%s: %v bytes, %v lines", c.name, f.bytes, f.lines)
		}
	}
}

// A file that is exactly as large as it may be is one file.
func TestAFullFileIsOneFile(t *testing.T) {
	h := header(t, nil, "email")
	line := func(size int) importfile.Person { return ada(map[string]string{"address": strings.Repeat("x", size)}) }
	empty, err := h.Line(line(0))
	if err != nil {
		t.Fatal(err)
	}
	for extra, want := range map[int]int{0: 1, 1: 2} {
		f := &files{}
		w := importfile.Writer{Header: h, Begin: f.begin}
		left := importfile.MaxBytes - len(h.String()) - 1
		for left > 0 {
			size := min(left-len(empty)-1, 14_000)
			if rest := left - size - len(empty) - 1; rest > 0 && rest < 2*len(empty) {
				size -= 2 * len(empty)
			}
			if left -= size + len(empty) + 1; left == 0 {
				size += extra
			}
			if _, _, err := w.Add(line(size)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil || len(f.bytes) != want || extra == 0 && f.bytes[0] != importfile.MaxBytes {
			t.Errorf("%d files of %v bytes, %v", len(f.bytes), f.bytes, err)
		}
	}
}

func TestAWriterSaysWhatFails(t *testing.T) {
	broken := errors.New("the disk is full")
	for want, begin := range map[string]func(int) (io.WriteCloser, error){
		"beginning import file 1: the disk is full": func(int) (io.WriteCloser, error) { return nil, broken },
	} {
		w := importfile.Writer{Header: header(t, nil, "email"), Begin: begin}
		if _, _, err := w.Add(ada(nil)); err == nil || err.Error() != want {
			t.Errorf("got %v", err)
		}
	}
	f := &files{}
	w := importfile.Writer{Header: header(t, nil, "email"), Begin: f.begin}
	if err := w.Close(); err != nil || len(f.bytes) != 0 {
		t.Errorf("nobody: %v, %d files", err, len(f.bytes))
	}
	if _, _, err := w.Add(importfile.Person{}); err == nil || len(f.bytes) != 0 {
		t.Errorf("somebody unfit: %v, %d files", err, len(f.bytes))
	}
	if _, _, err := w.Add(ada(nil)); err != nil {
		t.Error(err)
	}
	f.fails = broken
	if err := w.Close(); err == nil || err.Error() != "ending import file 1: the disk is full" || f.closed != 1 {
		t.Errorf("got %v, %d closed", err, f.closed)
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
