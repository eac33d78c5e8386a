package username

import (
	"slices"
	"unicode"
)

// scripts are the scripts of a name. Characters that belong to all scripts (digits,
// hyphens, combining marks) do not count.
type scripts struct {
	found [4]script // in order of occurrence; unused ones are zero
	more  bool      // there are more than four
}

// script is one script with its characters.
type script struct {
	name  string
	table *unicode.RangeTable
}

// frequent scripts are searched first, which saves the search through the other 160.
var frequent = [...]script{
	{latin, unicode.Latin},
	{"Cyrillic", unicode.Cyrillic},
	{"Greek", unicode.Greek},
	{han, unicode.Han},
	{hiragana, unicode.Hiragana},
	{katakana, unicode.Katakana},
	{hangul, unicode.Hangul},
	{"Arabic", unicode.Arabic},
	{"Hebrew", unicode.Hebrew},
	{"Devanagari", unicode.Devanagari},
	{"Thai", unicode.Thai},
}

const (
	latin    = "Latin"
	han      = "Han"
	hiragana = "Hiragana"
	katakana = "Katakana"
	hangul   = "Hangul"
	bopomofo = "Bopomofo"
)

// scriptsOf returns the scripts of a name. It stops at the fifth: a name with five is
// refused for that alone.
func scriptsOf(name string) (s scripts) {
	for _, r := range name {
		if s.have(r) {
			continue
		}
		if one := scriptOf(r); one.name != "" && !s.add(one) {
			break
		}
	}
	return s
}

// have reports whether a character belongs to a script that was already found.
func (s *scripts) have(r rune) bool {
	for _, one := range s.found {
		if one.table != nil && unicode.Is(one.table, r) {
			return true
		}
	}
	return false
}

// scriptOf returns the script of a character, or the zero value for a character of all
// scripts or none.
func scriptOf(r rune) script {
	for _, one := range frequent {
		if unicode.Is(one.table, r) {
			return one
		}
	}
	if unicode.In(r, unicode.Common, unicode.Inherited) {
		return script{}
	}
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return script{name, table}
		}
	}
	return script{}
}

// add adds a script, and reports whether there was room for it.
func (s *scripts) add(one script) bool {
	for i := range s.found {
		if s.found[i].name == "" {
			s.found[i] = one
			return true
		}
	}
	s.more = true
	return false
}

// highlyRestrictive reports whether a name meets the level of that name in UTS #39 §5.2:
// one script, or Latin together with those of one East Asian writing system.
func (s scripts) highlyRestrictive() bool {
	return s.found[1].name == "" || s.within(latin, han, hiragana, katakana) || s.within(latin, han, bopomofo) || s.within(latin, han, hangul)
}

func (s scripts) within(allowed ...string) bool {
	for _, one := range s.found {
		if one.name != "" && !slices.Contains(allowed, one.name) {
			return false
		}
	}
	return !s.more
}

// foreign reports whether a name has a letter that is not Latin.
func (s scripts) foreign() bool { return !s.within(latin) }
