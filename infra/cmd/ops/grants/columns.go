package grants

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// column is a column of a file.
type column struct {
	name string
	// cell returns a cell of CSV as JSON; nil says nothing.
	cell func(string) []byte
	// set reads the JSON into the row, or returns what it should be.
	set func(*Row, []byte) string
	// grants is set if the column says something of AUTHZ.
	grants bool
}

// columns returns the columns that a file may have.
var columns = sync.OnceValue(func() []column {
	return []column{
		{"sub", wordCell, into(func(r *Row) any { return &r.Sub }, `a text`), false},
		{"email", wordCell, into(func(r *Row) any { return &r.Email }, `a text`), false},
		{"rev", bareCell, into(func(r *Row) any { return &r.Rev }, `a whole number: write the rev that ops authz show prints`), false},
		{"roles", listCell, into(func(r *Row) any { return &r.Roles }, listed), true},
		{"tenants", listCell, into(func(r *Row) any { return &r.Tenants }, listed), true},
		{"tenant", textCell, into(func(r *Row) any { return &r.Tenant }, `a text`), true},
		{"tenantRoles", objectCell, into(func(r *Row) any { return &r.TenantRoles }, `an object: write {"TENANT":["ROLE"]}`), true},
		{"status", wordCell, into(func(r *Row) any { return &r.Status }, `active or suspended`), true},
		{"claims", objectCell, into(func(r *Row) any { return &r.Claims }, `an object: write {"NAME":VALUE}`), true},
	}
})

// find returns the column with a name, or its absence.
func find(name string) (column, bool) {
	i := slices.IndexFunc(columns(), func(c column) bool { return c.name == name })
	if i < 0 {
		return column{}, false
	}
	return columns()[i], true
}

const listed = `a list: write ["A","B"], or in CSV A;B`

// into returns how JSON is read into a member of the row.
func into(member func(*Row) any, want string) func(*Row, []byte) string {
	return func(r *Row, text []byte) string {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(member(r)); err != nil || decoder.InputOffset() != int64(len(bytes.TrimRight(text, " \t\r\n"))) || string(bytes.TrimSpace(text)) == "null" {
			return "it is not " + want
		}
		if text[0] != '{' {
			return ""
		}
		_, problem := members(text)
		return problem
	}
}

func textCell(text string) []byte {
	encoded, _ := json.Marshal(text) // a string is always JSON
	return encoded
}

func wordCell(text string) []byte {
	if text == "" {
		return nil
	}
	return textCell(text)
}

func bareCell(text string) []byte { return bytes.TrimSpace([]byte(text)) }

func objectCell(text string) []byte {
	if strings.TrimSpace(text) == "" {
		return []byte("{}")
	}
	return bareCell(text)
}

func listCell(text string) []byte {
	switch text = strings.TrimSpace(text); {
	case text == "":
		return []byte("[]")
	case strings.HasPrefix(text, "["):
		return []byte(text)
	}
	words := strings.Split(text, ";")
	for i := range words {
		words[i] = strings.TrimSpace(words[i])
	}
	encoded, _ := json.Marshal(words) // strings are always JSON
	return encoded
}

// cell is one column of one row.
type cell struct {
	name string
	at   int // in bytes from 1
	json []byte
}

// members returns the members of an object in their order, and what is wrong with it.
func members(text []byte) (list []cell, problem string) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, "it is no object"
	}
	seen := map[string]bool{}
	for decoder.More() {
		at := int(decoder.InputOffset())
		at += bytes.IndexByte(text[at:], '"') + 1
		name, err := decoder.Token()
		value := json.RawMessage{}
		if err == nil {
			err = decoder.Decode(&value)
		}
		if err != nil {
			return list, fmt.Sprintf("it is no JSON behind byte %d", decoder.InputOffset())
		}
		if seen[name.(string)] {
			return list, fmt.Sprintf("%.40q is there twice", name)
		}
		seen[name.(string)] = true
		list = append(list, cell{name.(string), at, value})
	}
	switch _, err := decoder.Token(); {
	case err != nil:
		return list, "it is no JSON: the closing brace is missing"
	case len(bytes.TrimSpace(text[decoder.InputOffset():])) > 0:
		return list, "something stands behind the object"
	}
	return list, ""
}
