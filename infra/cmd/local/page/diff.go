package page

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Line is a line of a text beside another: " " is in both, "-" in the old one only, "+" in the
// new one only.
type Line struct {
	Mark string `json:"mark"`
	Text string `json:"text"`
}

// Changes are the lines of two texts.
type Changes []Line

// Any reports whether the texts differ.
func (c Changes) Any() bool {
	for _, line := range c {
		if line.Mark != " " {
			return true
		}
	}
	return false
}

// mostCells bounds the table of diff: beyond it the middle of a text is shown as replaced
// whole.
const mostCells = 1 << 20

// diff compares two documents line by line, each indented if it is JSON: indenting moves no
// byte but blanks, so that doubled members and the order stay.
func diff(before, after []byte) Changes {
	a, b := lines(before), lines(after)
	var head, tail Changes
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head, a, b = append(head, Line{" ", a[0]}), a[1:], b[1:]
	}
	end := 0
	for end < min(len(a), len(b)) && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	for _, text := range a[len(a)-end:] {
		tail = append(tail, Line{" ", text})
	}
	return append(append(head, middle(a[:len(a)-end], b[:len(b)-end])...), tail...)
}

// middle finds the longest common subsequence of lines.
func middle(a, b []string) (found Changes) {
	if len(a)*len(b) > mostCells {
		return append(marked("-", a), marked("+", b)...)
	}
	longest := make([][]int, len(a)+1)
	for i := range longest {
		longest[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if longest[i][j] = max(longest[i+1][j], longest[i][j+1]); a[i] == b[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			}
		}
	}
	for len(a) > 0 && len(b) > 0 {
		i, j := len(longest)-1-len(a), len(longest[0])-1-len(b)
		switch {
		case a[0] == b[0]:
			found, a, b = append(found, Line{" ", a[0]}), a[1:], b[1:]
		case longest[i+1][j] >= longest[i][j+1]:
			found, a = append(found, Line{"-", a[0]}), a[1:]
		default:
			found, b = append(found, Line{"+", b[0]}), b[1:]
		}
	}
	return append(append(found, marked("-", a)...), marked("+", b)...)
}

func marked(mark string, texts []string) (all Changes) {
	for _, text := range texts {
		all = append(all, Line{mark, text})
	}
	return all
}

func lines(doc []byte) []string {
	if len(doc) == 0 {
		return nil
	}
	return strings.Split(pretty(doc), "\n")
}

// pretty indents JSON and leaves other text as it is.
func pretty(doc []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, doc, "", "  ") != nil {
		return string(doc)
	}
	return b.String()
}
