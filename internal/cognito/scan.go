package cognito

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// ErrDuplicate says that an object of the event has a name twice, so that two readers
// could see two events.
var ErrDuplicate = errors.New("the event has a duplicate member")

// ErrTooLarge says that an object of the event has more members than maxMembers.
var ErrTooLarge = errors.New("the event has an object with too many members")

// maxMembers bounds the work that a forged event can cause. It is far more than
// Cognito sends: 50 custom and some 20 standard attributes (developer guide, "Quotas
// in Amazon Cognito").
const maxMembers = 1000

// span is a value's place in the event, doc[start:end]. The zero value is absent.
type span struct{ start, end int }

func (s span) absent() bool { return s.end == 0 }

// kind returns the value's first byte: { [ " t f n or that of a number; 0 if absent.
func (s span) kind(doc []byte) byte {
	if s.absent() {
		return 0
	}
	return doc[s.start]
}

// eachMember calls visit for each member of the object at s, in order, with the
// unquoted name; it ignores a value that is not an object. The error is ErrDuplicate
// or ErrTooLarge. doc must be valid JSON.
func eachMember(doc []byte, s span, visit func(name []byte, value span)) error {
	if s.kind(doc) != '{' {
		return nil
	}
	var names nameSet
	for at := skipSpace(doc, s.start+1); doc[at] != '}'; {
		nameEnd := skipString(doc, at)
		name := unquote(doc[at:nameEnd])
		if !names.add(name) {
			return ErrDuplicate
		}
		if names.len() > maxMembers {
			return ErrTooLarge
		}
		start := skipSpace(doc, skipSpace(doc, nameEnd)+1)
		end := skipValue(doc, start)
		visit(name, span{start, end})
		if at = skipSpace(doc, end); doc[at] == ',' {
			at = skipSpace(doc, at+1)
		}
	}
	return nil
}

// member is a member's name, and where find puts its place.
type member struct {
	name string
	at   *span
}

// find finds members of an object by name; an absent one stays absent.
func (e *Event) find(object span, wanted ...member) error {
	return eachMember(e.doc, object, func(name []byte, value span) {
		for _, m := range wanted {
			if string(name) == m.name {
				*m.at = value
			}
		}
	})
}

// eachItem calls visit for each item of the list at s, in order; it ignores a value
// that is not a list. doc must be valid JSON.
func eachItem(doc []byte, s span, visit func(item span)) {
	if s.kind(doc) != '[' {
		return
	}
	for at := skipSpace(doc, s.start+1); doc[at] != ']'; {
		end := skipValue(doc, at)
		visit(span{at, end})
		if at = skipSpace(doc, end); doc[at] == ',' {
			at = skipSpace(doc, at+1)
		}
	}
}

func skipSpace(doc []byte, at int) int {
	for doc[at] == ' ' || doc[at] == '\n' || doc[at] == '\t' || doc[at] == '\r' {
		at++
	}
	return at
}

// skipString takes the index of an opening quote and returns the index after the
// closing one.
func skipString(doc []byte, at int) int {
	for at++; doc[at] != '"'; at++ {
		if doc[at] == '\\' {
			at++
		}
	}
	return at + 1
}

func skipValue(doc []byte, at int) int {
	switch doc[at] {
	case '"':
		return skipString(doc, at)
	case '{', '[':
		return skipNested(doc, at)
	}
	for at < len(doc) && !endsScalar(doc[at]) {
		at++
	}
	return at
}

func endsScalar(c byte) bool {
	switch c {
	case ',', ']', '}', ' ', '\n', '\t', '\r':
		return true
	}
	return false
}

// skipNested counts brackets without recursion, because the sender chooses the depth.
func skipNested(doc []byte, at int) int {
	for depth := 0; ; {
		switch doc[at] {
		case '"':
			at = skipString(doc, at)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return at + 1
			}
		}
		at++
	}
}

// unquote returns the text of a JSON string. It shares the event's bytes unless the
// string has an escape or is not UTF-8; broken runes become U+FFFD.
func unquote(quoted []byte) []byte {
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return inner
	}
	var text string
	if err := json.Unmarshal(quoted, &text); err != nil {
		return inner
	}
	return []byte(text)
}

// nameSet holds the names of one object. Real objects have few members; the map keeps
// a hostile one from costing quadratic time.
type nameSet struct {
	few  [24][]byte
	n    int
	many map[string]struct{}
}

func (s *nameSet) len() int { return max(s.n, len(s.many)) }

// add adds a name and reports whether it is new.
func (s *nameSet) add(name []byte) bool {
	if s.many != nil {
		before := len(s.many)
		s.many[string(name)] = struct{}{}
		return len(s.many) > before
	}
	for _, other := range s.few[:s.n] {
		if bytes.Equal(other, name) {
			return false
		}
	}
	if s.n < len(s.few) {
		s.few[s.n] = name
		s.n++
		return true
	}
	s.many = make(map[string]struct{}, 2*s.n)
	for _, other := range s.few {
		s.many[string(other)] = struct{}{}
	}
	s.many[string(name)] = struct{}{}
	return true
}
