package export

import (
	"fmt"
	"slices"
	"strings"
)

// The words of this project. All others are Cognito's attribute names.
const (
	Name     = "name"     // what the person types to sign in
	Hash     = "hash"     // the password's
	Last     = "last"     // when the person signed in last
	Username = "username" // the user name in the pool, where it is another one than Name
)

// Columns say which column of the export is what.
type Columns []column

// column is one of them. It has the name of a column or a constant.
type column struct{ word, name, constant string }

// ParseColumns reads WORD=COLUMN,…: a word of this project or the name of an attribute in Cognito,
// and the export's column. WORD alone is a column of the same name, and WORD==TEXT is the same text
// for everybody, such as email_verified==true. The word for Cognito's attribute name is
// attribute:name.
func ParseColumns(text string) (Columns, error) {
	var all Columns
	for part := range strings.SplitSeq(text, ",") {
		word, name, said := strings.Cut(strings.TrimSpace(part), "=")
		c := column{word: word, name: name}
		if constant, is := strings.CutPrefix(name, "="); is {
			c.name, c.constant = "", strings.TrimSpace(constant)
		}
		switch {
		case !said:
			c.name = word
		case c.name+c.constant == "":
			return nil, fmt.Errorf("columns: %.40q has no column behind the =: write WORD=COLUMN", word)
		}
		if word == "" {
			return nil, fmt.Errorf("columns: a word is empty in %.200q: write WORD=COLUMN,WORD=COLUMN", text)
		}
		if all.Has(word) {
			return nil, fmt.Errorf("columns: %.40q is there twice: remove one of them", word)
		}
		all = append(all, c)
	}
	return all, nil
}

// Has reports whether the columns say a word.
func (c Columns) Has(word string) bool {
	return slices.ContainsFunc(c, func(c column) bool { return c.word == word })
}

// Attributes returns the words that are no words of this project, which are Cognito's attribute names
// (attribute:name is Cognito's name), in the order of the columns.
func (c Columns) Attributes() (words []string) {
	for _, c := range c {
		if !slices.Contains([]string{Name, Hash, Last, Username}, c.word) {
			words = append(words, c.word)
		}
	}
	return words
}

// Attribute returns the attribute in Cognito that a word means.
func Attribute(word string) string { return strings.TrimPrefix(word, "attribute:") }
