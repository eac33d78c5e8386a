package sweep

import (
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// leafUsers is the most users of a leaf: their marks take 240 KB.
	leafUsers = 30_000
	// leafPages is the most pages of a leaf. At the lowest rate and with all leaves at work
	// it is listed within the hour that a page token lives.
	leafPages = 500
	// digits begin the children of every leaf that is split: they are all characters that a
	// UUID has at those places.
	digits = "0123456789abcdef"
	// turns is after how many passes at the latest each split has been searched for
	// children that it does not have.
	turns = 16
)

// node is a node of the tree. Every sub with its End belongs to one leaf: at a split, to
// the child of its next character. If there is none, the sub is a stranger there. cover
// adds the child, and search looks for users who need one.
type node struct {
	prefix   string
	parent   *node
	kids     []*node // of a split, in the order of their characters
	done     bool    // this pass has listed the leaf
	size     int     // users that this pass or the one before listed; unknown if negative
	suspects int     // subs to ask for
	search   bool    // this pass still has to look for children that the split lacks
}

// unknown is the size of a leaf that was never listed to its end.
const unknown = -1

// tree is the complete prefix code.
type tree struct {
	root     *node
	estimate int // of the pool
	limit    int // users of a leaf
	// crowded are the depths at which a leaf had too many users before that was known.
	crowded map[int]bool
}

func newTree(estimate, limit int) *tree {
	return &tree{&node{size: unknown}, estimate, limit, map[int]bool{}}
}

// next returns the first character behind a prefix of a sub with its End; none behind all
// of it.
func next(ended, prefix string) string {
	_, width := utf8.DecodeRuneInString(ended[len(prefix):])
	return ended[len(prefix):][:width]
}

// split makes a leaf a split with a child for each digit and each further character.
func (n *node) split(pass int64, further map[string]bool) {
	n.size, n.done, n.suspects = unknown, false, 0
	for _, c := range digits {
		n.add(string(c))
	}
	for c := range further {
		if c != "" {
			n.add(c)
		}
	}
	n.search = n.due(pass)
}

// add returns the child of a character, and whether it is new.
func (n *node) add(c string) (kid *node, added bool) {
	at, found := slices.BinarySearchFunc(n.kids, n.prefix+c, func(kid *node, prefix string) int { return strings.Compare(kid.prefix, prefix) })
	if !found {
		n.kids = slices.Insert(n.kids, at, &node{prefix: n.prefix + c, parent: n, size: unknown})
	}
	return n.kids[at], !found
}

// due reports whether a pass searches a split for strangers: the root and what no UUID
// begins with in every pass, the others in turn, since on AWS no user can be found there.
func (n *node) due(pass int64) bool {
	if n.prefix == "" || len(n.kids) > len(digits) || strings.Trim(n.prefix, digits) != "" {
		return true
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(n.prefix))
	return (int64(h.Sum32())+pass)%turns == 0
}

// cover returns the leaf that it had to add so that a sub belongs to one, or nil.
func (t *tree) cover(sub string) *node {
	for n := t.root; len(n.kids) > 0; {
		kid, added := n.add(next(sub+End, n.prefix))
		if added {
			return kid
		}
		n = kid
	}
	return nil
}

// expected returns how many users a leaf probably has: those of the last pass, or its
// share of what its parent probably has.
func (t *tree) expected(n *node) int {
	switch {
	case n.size >= 0:
		return n.size
	case n.parent == nil:
		return t.estimate
	}
	left, open := t.expected(n.parent), 0
	for _, kid := range n.parent.kids {
		left -= max(kid.size, 0)
		if kid.size < 0 {
			open++
		}
	}
	return max(left, 0) / max(open, 1)
}

// overfull reports whether to split a leaf after some of its pages instead of listing
// more. Without a last pass that is guessed early: each page that is listed before a
// split is listed again.
func (t *tree) overfull(n *node, users, pages int) bool {
	if strings.HasSuffix(n.prefix, End) {
		return false // one user
	}
	if users > t.limit || pages >= leafPages {
		t.crowded[len(n.prefix)] = true
		return true
	}
	return pages <= leafPages/16 && t.doomed(n)
}

// doomed reports whether a leaf that was never listed is probably too large.
func (t *tree) doomed(n *node) bool {
	return n.size < 0 && (t.crowded[len(n.prefix)] || t.expected(n) > t.limit)
}

// calls returns how many calls the work at a node probably takes.
func (t *tree) calls(n *node) int {
	switch {
	case len(n.kids) > 0:
		return '~' - ' ' // a search
	case t.doomed(n):
		return 1 // and then it is split
	}
	return t.expected(n)/batch + 1
}

// all calls f for each node, a parent before its children and in the order of depth.
func (t *tree) all(f func(*node)) {
	for level := []*node{t.root}; len(level) > 0; {
		var below []*node
		for _, n := range level {
			f(n)
			below = append(below, n.kids...)
		}
		level = below
	}
}

// again prepares the tree for a new pass. Leaves that together would be a quarter of one
// become one.
func (n *node) again(pass int64, limit int) {
	users, whole := 0, true
	for _, kid := range n.kids {
		kid.again(pass, limit)
		whole = whole && len(kid.kids) == 0 && kid.size >= 0
		users += kid.size
	}
	if len(n.kids) > 0 && whole && users <= limit/4 {
		n.kids, n.size = nil, users
	}
	n.done, n.suspects, n.search = false, 0, len(n.kids) > 0 && n.due(pass)
}

// append writes a node and those below it. A leaf is + if it is done, else -, its size and,
// behind !, its suspects, both to the base of 36. A split is its children in parentheses;
// before them are the characters in quotes if they are not the digits, and ? if it is still
// to be searched. A leaf takes about five bytes.
func (n *node) append(to []byte) []byte {
	if len(n.kids) == 0 {
		return n.appendLeaf(to)
	}
	to = append(to, '(')
	characters := ""
	for _, kid := range n.kids {
		characters += kid.prefix[len(n.prefix):]
	}
	if characters != digits {
		to = strconv.AppendQuote(to, characters)
	}
	if n.search {
		to = append(to, '?')
	}
	for _, kid := range n.kids {
		to = kid.append(to)
	}
	return append(to, ')')
}

func (n *node) appendLeaf(to []byte) []byte {
	sign := byte('-')
	if n.done {
		sign = '+'
	}
	to = append(to, sign)
	if n.size >= 0 {
		to = strconv.AppendInt(to, int64(n.size), 36)
	}
	if n.suspects > 0 {
		to = strconv.AppendInt(append(to, '!'), int64(n.suspects), 36)
	}
	return to
}

var errTree = errors.New("the text is no tree")

// parse reads what append wrote.
func (t *tree) parse(text string) error {
	t.root = &node{size: unknown}
	if left, err := t.root.parse(text); err != nil || left != "" {
		return fmt.Errorf("reading the leaves at %.20q: %w", left, errTree)
	}
	return nil
}

func (n *node) parse(text string) (left string, err error) {
	if text == "" {
		return "", errTree
	}
	switch text[0] {
	case '+', '-':
		n.done = text[0] == '+'
		return n.parseLeaf(text[1:])
	case '(':
	default:
		return text, errTree
	}
	characters, text := digits, text[1:]
	if quoted, err := strconv.QuotedPrefix(text); err == nil {
		characters, _ = strconv.Unquote(quoted)
		text = text[len(quoted):]
	}
	text, n.search = strings.CutPrefix(text, "?")
	for prefix := ""; prefix != characters; {
		c := next(characters, prefix)
		kid, _ := n.add(c)
		if text, err = kid.parse(text); err != nil {
			return text, err
		}
		prefix += c
	}
	if text, ok := strings.CutPrefix(text, ")"); ok {
		return text, nil
	}
	return text, errTree
}

func (n *node) parseLeaf(text string) (left string, err error) {
	number, left := cut36(text)
	if number != "" {
		n.size, err = parse36(number)
	}
	if rest, ok := strings.CutPrefix(left, "!"); ok && err == nil {
		number, left = cut36(rest)
		n.suspects, err = parse36(number)
	}
	return left, err
}

func cut36(text string) (number, left string) {
	left = strings.TrimLeft(text, "0123456789abcdefghijklmnopqrstuvwxyz")
	return text[:len(text)-len(left)], left
}

func parse36(number string) (int, error) {
	n, err := strconv.ParseInt(number, 36, 32)
	return int(n), err
}
