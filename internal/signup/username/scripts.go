package username

import "unicode"

// scripts says in which scripts a name is written. What belongs to all of them
// (digits, hyphens, combining marks) does not count.
type scripts struct {
	names [4]string // in the order in which they occur, "" behind the last
	more  bool      // there are more than that
}

// frequent scripts are asked first: with them, nobody waits for the other 160.
var frequent = [...]struct {
	name  string
	table *unicode.RangeTable
}{
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

// scriptsOf finds the scripts of a name.
func scriptsOf(name string) (s scripts) {
	for _, r := range name {
		if script := scriptOf(r); script != "" {
			s.add(script)
		}
	}
	return s
}

// scriptOf names the script of a character, and "" for what belongs to all or is
// in none.
func scriptOf(r rune) string {
	if r < 0x80 {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return latin
		}
		return ""
	}
	for i := range frequent {
		if unicode.Is(frequent[i].table, r) {
			return frequent[i].name
		}
	}
	if unicode.In(r, unicode.Common, unicode.Inherited) {
		return ""
	}
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return name
		}
	}
	return ""
}

func (s *scripts) add(script string) {
	for i, known := range s.names {
		if known == script {
			return
		}
		if known == "" {
			s.names[i] = script
			return
		}
	}
	s.more = true
}

// highlyRestrictive reports whether a name keeps to the level of that name in
// UTS #39 §5.2: one script, or Latin together with those of one of the East Asian
// ways to write.
func (s scripts) highlyRestrictive() bool {
	return s.names[1] == "" || s.within(latin, han, hiragana, katakana) || s.within(latin, han, bopomofo) || s.within(latin, han, hangul)
}

func (s scripts) within(allowed ...string) bool {
	for _, name := range s.names {
		found := name == ""
		for _, a := range allowed {
			found = found || a == name
		}
		if !found {
			return false
		}
	}
	return !s.more
}

// foreign reports whether a name has a letter that is not Latin.
func (s scripts) foreign() bool { return !s.within(latin) }
