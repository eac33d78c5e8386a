package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/export"
)

func columns(t testing.TB, text string) export.Columns {
	t.Helper()
	c, err := export.ParseColumns(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// rows reads an export into one line a row, faults among them.
func rows(t testing.TB, text, asked string, words ...string) (got []string) {
	t.Helper()
	c := columns(t, asked)
	r, err := export.NewReader(strings.NewReader(text), c, words...)
	for {
		if fault, is := errors.AsType[export.Fault](err); is {
			got = append(got, fault.Error())
			if r == nil || fault.Line == 1 && len(got) == 1 && !strings.HasPrefix(text, "{") {
				return got
			}
		} else if err != nil {
			if !errors.Is(err, io.EOF) {
				got = append(got, err.Error())
			}
			return got
		}
		var row export.Row
		if row, err = r.Next(); err == nil {
			line := fmt.Sprintf("%d@%d", row.N, row.Line)
			for part := range strings.SplitSeq(asked, ",") {
				word, _, _ := strings.Cut(part, "=")
				line += "|" + row.Get(word)
			}
			got = append(got, line)
		}
	}
}

func TestR106_AnExportIsReadAsItIs(t *testing.T) {
	for _, c := range []struct{ text, asked, want string }{
		{"id,login,pw\n1,ada,x\n2,bob,y\n", "name=login,hash=pw", "0@2|ada|x; 1@3|bob|y"},
		{"\ufefflogin,pw\r\nada, x \r\n", "name=login,hash=pw", "0@2|ada|x"},
		{"login,note,pw\nada,\"two\nlines, \"\"\",x\nbob,,y", "name=login,hash=pw", "0@2|ada|x; 1@4|bob|y"},
		{"login,pw\nada,x\n", "name=login,hash=pw,email_verified==true", "0@2|ada|x|true"},
		{"name,hash\nada,x\n", "name,hash", "0@2|ada|x"},
		{`{"login":"ada","pw":"x"}` + "\n\n" + ` {"pw":null,"login":12}` + "\n", "name=login,hash=pw", "0@1|ada|x; 1@3|12|"},
		{`{"login":" \u00e4 ","on":true,"more":{"pw":[1]},"pw":"a\"b"}`, "name=login,hash=pw,email_verified=on,locale==de", `0@1|ä|a"b|true|de`},
		{`{}`, "name=login,hash", "0@1||"},
		{`{"":1,"login":"ada"}`, "name=login,hash", "0@1|ada|"},
		{",login,pw\nx,ada,y\n", "locale==de,name=login,hash=pw", "0@2|de|ada|y"},
	} {
		if got := strings.Join(rows(t, c.text, c.asked), "; "); got != c.want {
			t.Errorf("got %s, want %s\nof %s", got, c.want, c.text)
		}
	}
}

func TestR106_AFaultSaysWhereAndNeverWhatTheCellIs(t *testing.T) {
	const secret = "$2b$12$secret"
	for _, c := range []struct{ text, want string }{
		{"", "1:1: the file is empty: write a heading and a row, or an object a line"},
		{"ada," + secret + "\n", `1:1: there is no column "login" for name: name one of the 2 of the heading, which is the first line`},
		{"login,pw,pw\nada,x,y\n", `1:1: the column "pw" is there twice: rename one of them`},
		{"login,\"pw\nada", `2:4: extraneous or missing " in quoted-field: correct the heading`},
		{"login,pw\nada," + secret + ",1\nbob,x\n", "2:1: it has 3 cells, and the heading another number: separate cells by commas, and write those that have one in quotes; 1@3|bob|x"},
		{"login,pw\nada,a\"" + secret + "\nbob,x\n", `2:6: bare " in non-quoted-field: write the cell in quotes, and each quote in it as ""; 1@3|bob|x`},
		{"login,pw\nada,x\nbob," + secret + "\xff\n", "0@2|ada|x; 3:5: hash: it is not UTF-8: write the file in UTF-8"},
		{"{\"login\":\"ada\",\"pw\":\"" + secret + "\n{\"login\":\"bob\",\"pw\":\"x\"}\n", "1:35: it is no JSON: write one object a line; 1@2|bob|x"},
		{`{"login":"ada","pw":["` + secret + `"]}`, "1:21: hash: it is an object or a list: write a text, a number, true, false or null"},
		{`{"login":"ada","pw":{"x":"` + secret + `"}}`, "1:21: hash: it is an object or a list: write a text, a number, true, false or null"},
		{`{"pw":"1","pw":"` + secret + `"}`, "1:16: a member is there twice: write each name once"},
		{"{\"login\":\"" + secret + "\xff\"}", "1:1: it is not UTF-8: write the file in UTF-8"},
		{"{\"login\":\"ada\"}\n[\"" + secret + "\"]\n{\"login\":\"bob\"}", "0@1|ada|; 2:1: it is no object: write one object a line; 2@3|bob|"},
		{"{\"login\":\"" + strings.Repeat("x", 200_000) + "\"}\n{\"login\":\"bob\"}", "1:1: it is longer than 131072 bytes: write one object a line, without what nobody asks for; 1@2|bob|"},
		{"login,pw\nada,x\nbob,\"" + strings.Repeat("y\n", 200_000), "0@2|ada|x; reading the export behind line 2: a row is longer than 131072 bytes: is a quote not closed?"},
	} {
		got := strings.Join(rows(t, c.text, "name=login,hash=pw"), "; ")
		if got != c.want || strings.Contains(got, secret) {
			t.Errorf("got  %.400s\nwant %s\nof %.80q", got, c.want, c.text)
		}
	}
}

// A heading says at once that a column is not there; of objects only the last one does.
func TestR106_AMemberThatNoLineHasIsAFault(t *testing.T) {
	r, err := export.NewReader(strings.NewReader("{\"login\":\"ada\",\"last\":null}\n{\"login\":\"bob\"}\n"), columns(t, "name=login,hash=pw,last,locale==de"))
	if err != nil {
		t.Fatal(err)
	}
	var faults []string
	n, err := r.Each(func(export.Row) error { return nil }, func(f export.Fault) { faults = append(faults, f.Error()) })
	if want := `[1:1: no line has "pw" for hash: correct the column, or leave hash out]`; n != 1 || err != nil || fmt.Sprint(faults) != want {
		t.Errorf("%d faults, %v, %v", n, faults, err)
	}
}

// Only what is asked for is decoded: a fault elsewhere is none.
func TestR106_OnlyTheColumnsThatAreAskedForAreDecoded(t *testing.T) {
	for _, text := range []string{"login,pw\nada\xff,x\n", `{"login":{"a":1},"pw":"x"}`} {
		if got := rows(t, text, "name=login,hash=pw", export.Hash); len(got) != 1 || !strings.HasSuffix(got[0], "||x") {
			t.Errorf("got %v", got)
		}
	}
}

func TestEachReportsFaultsAndGoesOn(t *testing.T) {
	const text = "{\"login\":\"ada\"}\n1\n{\"login\":\"bob\"}\n2\n{\"login\":\"cy\"}"
	r, err := export.NewReader(strings.NewReader(text), columns(t, "name=login"))
	if err != nil {
		t.Fatal(err)
	}
	var names, faults []string
	n, err := r.Each(func(row export.Row) error {
		if row.Get(export.Name) == "bob" {
			return row.Fault(export.Name, "it is bob", "leave")
		}
		names = append(names, row.Get(export.Name))
		return nil
	}, func(f export.Fault) { faults = append(faults, f.Error()) })
	if err != nil || n != 3 || fmt.Sprint(names) != "[ada cy]" || len(faults) != 3 || faults[1] != "3:10: name: it is bob: leave" {
		t.Errorf("%d faults %q, %v, %v", n, faults, names, err)
	}
	broken := errors.New("stop")
	for _, from := range []io.Reader{iotest.ErrReader(broken), io.MultiReader(strings.NewReader("{\"a\":1}\n"), iotest.ErrReader(broken)), io.MultiReader(strings.NewReader("login\nada\n"), iotest.ErrReader(broken))} {
		r, err := export.NewReader(from, columns(t, "name=login"))
		if err == nil {
			_, err = r.Each(func(export.Row) error { return nil }, func(export.Fault) {})
		}
		if !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
	}
	r, _ = export.NewReader(strings.NewReader(text), columns(t, "name=login"))
	if n, err := r.Each(func(export.Row) error { return broken }, func(export.Fault) {}); n != 0 || !errors.Is(err, broken) {
		t.Errorf("%d, %v", n, err)
	}
}

// A row may be long; only one that does not end is refused, and all rows together may be as long as they
// like.
func TestLongRowsAreRead(t *testing.T) {
	const chunk = 4 << 10 // of which bounded reads
	heading := "login,pw\n"
	full := "login,pw," + strings.Repeat("h", chunk-len("login,pw,\n")) + "\n" // the row begins with a reading
	long := strings.Repeat("y", 32*chunk)                                      // and needs the thirty-third
	if got := rows(t, full+long+",x,\n", "name=login,hash=pw", export.Hash); len(got) != 1 || got[0] != "0@2||x" {
		t.Errorf("got %.80q", got)
	}
	if got := rows(t, heading+strings.Repeat("ada,x\n", 50_000), "name=login,hash=pw"); len(got) != 50_000 || got[49_999] != "49999@50001|ada|x" {
		t.Errorf("%d rows, the last one %q", len(got), got[len(got)-1])
	}
}

func TestWhatEndsAnExportIsSaid(t *testing.T) {
	broken := errors.New("stop")
	for want, text := range map[string]string{
		"reading the export: stop":               "",
		"reading the heading: stop":              "login",
		"reading the export behind line 2: stop": "{\"login\":\"ada\"}\n\n",
		"reading the export behind line 3: stop": "login\nada\nbob\n",
		"reading the export behind line 1: stop": "login\n",
	} {
		r, err := export.NewReader(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), columns(t, "name=login"))
		for err == nil {
			_, err = r.Next()
		}
		if err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	r, err := export.NewReader(io.MultiReader(strings.NewReader("{\"login\":\"ada\"}\n1\n"), iotest.ErrReader(broken)), columns(t, "name=login"))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := r.Each(func(export.Row) error { return nil }, func(export.Fault) {}); n != 1 || !errors.Is(err, broken) {
		t.Errorf("%d faults, %v", n, err)
	}
	r, err = export.NewReader(strings.NewReader("login\n"), columns(t, "name=login"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("got %v", err)
	}
	if _, err := export.NewReader(strings.NewReader("x"), columns(t, "name=login")); err == nil || !strings.Contains(err.Error(), "there is no column") {
		t.Errorf("one byte: %v", err)
	}
}

func TestColumnsAreParsed(t *testing.T) {
	c := columns(t, "name=login, hash ,last=last_login,username=id,email,attribute:name=full name,email_verified== true")
	if got := fmt.Sprint(c.Attributes()); got != "[email attribute:name email_verified]" || !c.Has("hash") || !c.Has("attribute:name") || c.Has("login") {
		t.Errorf("%+v", c)
	}
	if export.Attribute("attribute:name") != "name" || export.Attribute("email") != "email" {
		t.Error("an attribute's name")
	}
	for text, want := range map[string]string{"": "a word is empty", "name,,hash": "a word is empty", "=x": "a word is empty", "name=": "no column", "name==": "no column", "name=a,name=b": "twice"} {
		if _, err := export.ParseColumns(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestARowSaysNothingOfWhatWasNotAsked(t *testing.T) {
	r, err := export.NewReader(strings.NewReader("login,pw\nada,x\n"), columns(t, "name=login,hash=pw"), export.Name)
	if err != nil {
		t.Fatal(err)
	}
	row, err := r.Next()
	if err != nil || row.Get("hash") != "" || row.Get("name") != "ada" {
		t.Errorf("%+v, %v", row, err)
	}
	for _, word := range []string{"hash", "name"} {
		if got := row.Fault(word, "a", "b"); got != (export.Fault{Line: 2, At: 1, Problem: word + ": a", Fix: "b"}) {
			t.Errorf("%+v", got)
		}
	}
	r, err = export.NewReader(strings.NewReader("{\"pw\":\"x\"}\n"), columns(t, "name=login,hash=pw"))
	if err != nil {
		t.Fatal(err)
	}
	if row, err = r.Next(); err != nil || row.Fault("name", "a", "b").At != 1 || row.Fault("hash", "a", "b").At != 7 {
		t.Errorf("%+v, %v", row, err)
	}
}

func TestTimesAsDatabasesPrintThem(t *testing.T) {
	at := time.Date(2026, 3, 1, 11, 22, 33, 0, time.UTC)
	for _, text := range []string{
		"2026-03-01T11:22:33Z", "2026-03-01T12:22:33+01:00", "2026-03-01 11:22:33", "2026-03-01 11:22:33.000", "2026-03-01 12:22:33+01", "2026-03-01 12:22:33+01:00", "2026-03-01 11:22:33+00",
		"2026-03-01 11:22:33 UTC", "2026-03-01 11:22:33 +0000 UTC", "2026-03-01T11:22:33", "1772364153", "1772364153000", "1772364153.25",
	} {
		if got, is := export.Time(text); !is || got.Unix() != at.Unix() {
			t.Errorf("%q: %v, %v", text, got, is)
		}
	}
	if got, _ := export.Time("1772364153"); !got.Equal(at) {
		t.Errorf("a second: %v", got)
	}
	if got, is := export.Time("2026-03-01"); !is || !got.Equal(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("a day: %v, %v", got, is)
	}
	for _, never := range []string{"", "null", "NULL", `\N`, "None", "0", "0000-00-00 00:00:00"} {
		if got, is := export.Time(never); !is || !got.IsZero() {
			t.Errorf("%q: %v, %v", never, got, is)
		}
	}
	for _, wrong := range []string{"yesterday", "01/02/2026", "17", "99999999", "-1772364153", "100000000000000", "1e99", "NaN"} {
		if _, is := export.Time(wrong); is {
			t.Errorf("%q is a time", wrong)
		}
	}
	for text, want := range map[string]int64{"100000000": 1e8, "99999999999": 99999999999, "100000000000": 1e8, "99999999999999": 99999999999} {
		if got, is := export.Time(text); !is || got.Unix() != want {
			t.Errorf("%q: %d, %v", text, got.Unix(), is)
		}
	}
}

func TestFlagsAsDatabasesPrintThem(t *testing.T) {
	for text, want := range map[string][2]bool{
		"true": {true, true}, "T": {true, true}, "1": {true, true}, "yes": {true, true}, "Y": {true, true}, "2026-03-01 11:22:33": {true, true},
		"false": {false, true}, "f": {false, true}, "0": {false, true}, "no": {false, true}, "n": {false, true}, "": {false, true}, "NULL": {false, true},
		"active": {false, false}, "2": {false, false},
	} {
		if set, is := export.Flag(text); set != want[0] || is != want[1] {
			t.Errorf("%q: %v, %v", text, set, is)
		}
	}
}

// Whatever the cells are, both formats read back what was written.
func TestR106_BothFormatsReadBackWhatWasWritten(t *testing.T) {
	form.Check(t, 100, 1000, 20_000, func(r *rapid.T) {
		cells := rapid.SliceOfN(rapid.SliceOfN(rapid.String(), 3, 3), 1, 5).Draw(r, "cells")
		var asCSV, asJSON bytes.Buffer
		table := csv.NewWriter(&asCSV)
		_ = table.Write([]string{"a", "b", "c"})
		var want [][]string
		for _, row := range cells {
			_ = table.Write(row)
			line, _ := json.Marshal(map[string]string{"a": row[0], "b": row[1], "c": row[2]})
			asJSON.Write(append(line, '\n'))
			want = append(want, []string{strings.TrimSpace(row[2]), strings.TrimSpace(row[0])})
		}
		table.Flush()
		for name, text := range map[string]string{"CSV": asCSV.String(), "JSON": asJSON.String()} {
			reader, err := export.NewReader(strings.NewReader(text), columns(t, "hash=c,name=a,last=b"), "hash", "name")
			if err != nil {
				r.Fatal(err)
			}
			for i := range want {
				row, err := reader.Next()
				got := []string{row.Get("hash"), row.Get("name")}
				for j := range got { // encoding/csv reads \r\n in a cell as \n
					want[i][j], got[j] = strings.ReplaceAll(want[i][j], "\r\n", "\n"), strings.ReplaceAll(got[j], "\r\n", "\n")
				}
				if err != nil || !slices.Equal(got, want[i]) || row.N != i {
					r.Fatalf("%s: row %d is %q, %v, want %q\n%q", name, row.N, got, err, want[i], text)
				}
			}
			if _, err := reader.Next(); !errors.Is(err, io.EOF) {
				r.Fatalf("%s: %v behind the end", name, err)
			}
		}
	})
}

// endless makes an export of so many rows while it is read.
type endless struct {
	rows int
	rest []byte
}

func (e *endless) Read(to []byte) (int, error) {
	for len(e.rest) == 0 {
		if e.rows == 0 {
			return 0, io.EOF
		}
		e.rows--
		e.rest = fmt.Appendf(e.rest[:0], "{\"login\":\"user-%d@example.com\",\"pw\":\"$2b$12$%022d%031d\",\"bio\":\"…\"}\n", e.rows, e.rows, e.rows)
	}
	n := copy(to, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// Ten times the rows keep no more of the heap.
func TestR106_AnExportIsReadInFlatMemory(t *testing.T) {
	alive := func(rows int) uint64 {
		r, err := export.NewReader(&endless{rows: rows}, columns(t, "name=login,hash=pw"), export.Hash)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := r.Each(func(export.Row) error { return nil }, func(export.Fault) {}); n != 0 || err != nil {
			t.Fatal(n, err)
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		runtime.KeepAlive(r)
		return m.HeapAlloc
	}
	n := form.Often(t, 500, 2000, 100_000)
	small := alive(n)
	if large := alive(10 * n); large > small+512<<10 {
		t.Errorf("%d rows keep %d bytes, %d rows %d", n, small, 10*n, large)
	}
}
