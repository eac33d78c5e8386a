package jobfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/importfile"
)

var columns = []string{"cognito:username", "email", "email_verified", "password_hash", "address"}

func parse(t *testing.T, text string) []Row {
	t.Helper()
	rows, fault := Parse([]byte(text), columns, columns[:1])
	if fault != "" {
		t.Fatal(fault)
	}
	return slices.Collect(rows)
}

// The rules are those of the guide, "Formatting the CSV file"; the hash is its example.
func TestR108_AFileIsReadByTheGuidesRulesAndNotAsRFC4180(t *testing.T) {
	rows := parse(t, "address, cognito:username ,email,password_hash\r\n"+
		`123 Any Street\, Flat 4 , John ,johndoe@example.com,$argon2id$v=19$m=19456\,t=2\,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA`+"\r\n"+
		"\r\n"+
		`"quoted",C:\dir\\,,`+"\n"+
		`,\,,,`)
	want := []Row{
		{2, map[string]string{
			"address": "123 Any Street, Flat 4", "cognito:username": "John", "email": "johndoe@example.com",
			"password_hash": "$argon2id$v=19$m=19456,t=2,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA",
		}, ""},
		{4, map[string]string{}, "The row has 3 values, the header 4 columns."},
		{5, map[string]string{"cognito:username": ","}, ""},
	}
	if len(rows) != len(want) {
		t.Fatalf("%d rows: %+v", len(rows), rows)
	}
	for i, row := range rows {
		if row.Line != want[i].Line || row.Fault != want[i].Fault || !maps.Equal(row.Values, want[i].Values) {
			t.Errorf("got  %+v\nwant %+v", row, want[i])
		}
	}
}

func TestR108_AFileThatCannotBeParsedSaysWhyAndShowsNoValue(t *testing.T) {
	for name, c := range map[string]struct{ text, fault string }{
		"empty":             {"", "Column 1 of the header"},
		"byte order mark":   {"\ufeffcognito:username\nada", "byte order mark"},
		"Latin-1":           {"cognito:username\nJos\xe9", "not UTF-8"},
		"unknown column":    {"cognito:username,ada@example.com\nada,", "Column 2 of the header"},
		"column twice":      {"cognito:username,email,email\nada,,", "Column 3 of the header"},
		"no username":       {"email\nada@example.com", "lacks the column cognito:username"},
		"too many rows":     {"cognito:username\n" + strings.Repeat("a\n", MaxRows+1), "more than 500000 rows"},
		"quoted column":     {"\"cognito:username\"\nada", "Column 1 of the header"},
		"a comma escaped":   {"cognito:username\\,email\nada", "Column 1 of the header"},
		"no header":         {"ada,ada@example.com\n", "Column 1 of the header"},
		"header with blank": {"\ncognito:username\nada", "Column 1 of the header"},
	} {
		rows, fault := Parse([]byte(c.text), columns, columns[:1])
		for row := range rows {
			t.Errorf("%s: it has the row %d", name, row.Line)
		}
		if !strings.Contains(fault, c.fault) || strings.Contains(fault, "ada") || len(fault) > 128 {
			t.Errorf("%s: %q, want %q", name, fault, c.fault)
		}
	}
	if rows := parse(t, "cognito:username\n"+strings.Repeat("a\n", MaxRows)); len(rows) != MaxRows {
		t.Errorf("%d rows are read of %d", len(rows), MaxRows)
	}
}

func TestALongRowFailsAlone(t *testing.T) {
	rows := parse(t, "cognito:username\n"+strings.Repeat("é", MaxRow)+"\n"+strings.Repeat("é", MaxRow+1)+"\nada\n")
	if len(rows) != 3 || rows[0].Fault != "" || rows[1].Fault != "The row has more than 16000 characters." || rows[1].Values != nil || rows[2].Values["cognito:username"] != "ada" {
		t.Errorf("%d rows, faults %q %q", len(rows), rows[0].Fault, rows[1].Fault)
	}
}

// What has its commas escaped as the guide says is read as it was, wherever it stands.
func TestR108_EveryValueWithItsCommasEscapedIsReadAsItWas(t *testing.T) {
	value := rapid.Custom(func(t *rapid.T) string {
		return strings.TrimSpace(rapid.StringMatching(`[a-zé$/+.,"= ]{0,20}`).Draw(t, "value"))
	})
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.Permutation(columns).Draw(t, "order")
		text, want := strings.Join(order, ",")+"\n", []map[string]string{}
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			row, line := map[string]string{}, []string{}
			for _, column := range order {
				v := value.Draw(t, column)
				line = append(line, strings.ReplaceAll(v, ",", `\,`))
				if v != "" {
					row[column] = v
				}
			}
			text, want = text+strings.Join(line, ",")+"\n", append(want, row)
		}
		rows, fault := Parse([]byte(text), columns, columns)
		if fault != "" {
			t.Fatal(fault)
		}
		for row := range rows {
			if row.Line < 2 || row.Line-2 >= len(want) || !maps.Equal(row.Values, want[row.Line-2]) {
				t.Fatalf("%q: %+v, want %q", text, row, want)
			}
		}
	})
}

func TestNobodyReadsOnAfterTheLastRowThatIsAskedFor(t *testing.T) {
	rows, _ := Parse([]byte("cognito:username\nada\nbea\n"), columns, nil)
	for row := range rows { // a loop that goes on after its end panics
		if row.Line == 2 {
			break
		}
	}
	broken, _ := Parse([]byte("nothing\nada\n"), columns, nil)
	for range broken {
		t.Error("a broken file has a row")
	}
}

// The suite's own writer is another reading of the same page: whom it takes, this package reads.
func TestR108_WhatTheSuiteWritesIsRead(t *testing.T) {
	header, err := importfile.NewHeader(columns, nil, []string{"email"})
	if err != nil {
		t.Fatal(err)
	}
	value := rapid.StringMatching(`[a-zé$/+.,= ]{0,20}`)
	rapid.Check(t, func(t *rapid.T) {
		p := importfile.Person{
			Username: rapid.StringMatching(`[a-zé,+]{1,9}`).Draw(t, "username"), Hash: value.Draw(t, "hash"),
			Attributes: map[string]string{"email": "ada@example.com", "email_verified": "true", "address": value.Draw(t, "address")},
		}
		line, err := header.Line(p)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"cognito:username": p.Username, "email": "ada@example.com", "email_verified": "true"}
		for column, text := range map[string]string{"password_hash": p.Hash, "address": p.Attributes["address"]} {
			if text = strings.TrimSpace(text); text != "" {
				want[column] = text
			}
		}
		rows, fault := Parse([]byte(header.String()+"\n"+line+"\n"), columns, columns)
		if fault != "" {
			t.Fatal(fault)
		}
		for row := range rows {
			if row.Fault != "" || !maps.Equal(row.Values, want) {
				t.Fatalf("%q: %+v, want %q", line, row, want)
			}
		}
	})
}

func Example() {
	rows, fault := Parse([]byte("cognito:username,name\nada,Lovelace\\, Ada\n"), []string{"cognito:username", "name"}, []string{"cognito:username"})
	fmt.Println(fault == "")
	for row := range rows {
		fmt.Println(row.Line, row.Values["name"])
	}
	// Output:
	// true
	// 2 Lovelace, Ada
}
