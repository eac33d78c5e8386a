package iam

import (
	"fmt"
	"slices"
	"strings"
)

// token is a piece of an expression: a name, a placeholder (#name), a value (:name), digits or
// a sign.
type token string

// tokens cuts an expression (Amazon DynamoDB developer guide, "Using expressions").
func tokens(expression string) ([]token, error) {
	var all []token
	for i := 0; i < len(expression); {
		c, end := expression[i], i+1
		switch {
		case strings.IndexByte(" \t\r\n", c) >= 0:
			i++
			continue
		case c == '#' || c == ':' || wordly(c):
			for end < len(expression) && wordly(expression[end]) {
				end++
			}
			if (c == '#' || c == ':') && end == i+1 || digit(c) && strings.ContainsFunc(expression[i:end], func(r rune) bool { return !digit(byte(r)) }) {
				return nil, fmt.Errorf("%q in %q", expression[i:end], expression)
			}
		case strings.IndexByte("()[],.=<>+-", c) < 0:
			return nil, fmt.Errorf("%q in %q", c, expression)
		}
		all = append(all, token(expression[i:end]))
		i = end
	}
	return all, nil
}

func wordly(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || digit(c)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// starts reports whether an operand or a bracket may begin here, ends whether one may end.
func (t token) starts() bool {
	return t != "" && (t[0] == '#' || t[0] == ':' || t[0] == '(' || wordly(t[0]))
}

func (t token) ends() bool {
	return t != "" && (t[0] == '#' || t[0] == ':' || t[0] == ')' || t[0] == ']' || wordly(t[0]))
}

// isWord reports whether the token is a word of the language and not a name, in any case.
func (t token) isWord() bool {
	return slices.Contains([]string{"SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN"}, strings.ToUpper(string(t)))
}

func (t token) isFunction() bool {
	return slices.Contains([]string{
		"attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size", "if_not_exists", "list_append",
	}, string(t))
}

// expression is a parsed expression: its tokens, and the attribute that begins at each; "" is
// none. A nested attribute is none: dynamodb:Attributes has top-level names only.
type expression struct {
	tokens []token
	names  []string
}

// parseExpression finds the names. A projection has names and no words. A name that could be
// a word is refused: whose it is depends on DynamoDB's grammar.
func parseExpression(text string, placeholders map[string]string, projection bool) (expression, error) {
	all, err := tokens(text)
	e := expression{all, make([]string, len(all))}
	for i, t := range all {
		before, after := e.at(i-1), e.at(i+1)
		switch {
		case before == "." || t[0] == ':' || digit(t[0]) || t[0] != '#' && !wordly(t[0]):
		case t[0] == '#':
			name, known := placeholders[string(t)]
			if !known {
				return e, fmt.Errorf("the placeholder %s without a name", t)
			}
			e.names[i] = name
		case !projection && t.isFunction() && after == "(":
		case !projection && t.isWord() && after.starts() && (strings.EqualFold(string(t), "NOT") || before == "" || before.ends() && !before.isWord()):
		case after == "(" || !projection && (t.isWord() || t.isFunction()):
			return e, fmt.Errorf("the bare name %s in %q", t, text)
		default:
			e.names[i] = string(t)
		}
	}
	return e, err
}

func (e expression) at(i int) token {
	if i < 0 || i >= len(e.tokens) {
		return ""
	}
	return e.tokens[i]
}

// equals returns the placeholders of the values to which an attribute must be equal. It fails
// if the attribute is used otherwise, or not at all.
func (e expression) equals(name string) (values []string, err error) {
	for i, is := range e.names {
		switch {
		case is != name:
		case e.at(i+1) == "=" && strings.HasPrefix(string(e.at(i+2)), ":"):
			values = append(values, string(e.at(i+2)))
		default:
			return nil, fmt.Errorf("a condition on %s that is not %s = :value", name, name)
		}
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("no condition on %s", name)
	}
	return values, nil
}
