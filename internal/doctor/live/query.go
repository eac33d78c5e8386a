package live

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
)

// query returns the form of a request in AWS's query protocol: a list's items are
// Name.member.1, an object's members Name.Member.
func query(operation, version string, input []byte) string {
	form := url.Values{"Action": {operation}, "Version": {version}}
	var members any
	_ = json.Unmarshal(input, &members) // which Marshal wrote
	flatten(form, "", members)
	return form.Encode()
}

func flatten(form url.Values, at string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, each := range value {
			flatten(form, strings.TrimPrefix(at+"."+name, "."), each)
		}
	case []any:
		for i, each := range value {
			flatten(form, at+".member."+strconv.Itoa(i+1), each)
		}
	case nil:
	case float64:
		form.Set(at, strconv.FormatFloat(value, 'f', -1, 64))
	default:
		form.Set(at, fmt.Sprint(value))
	}
}

// mostDepth bounds how deep an answer's elements are.
const mostDepth = 50

// fromXML returns the JSON of an answer of the query protocol: what is in the element
// <operation>Result. A list's items are elements named member. An element that is empty is left
// out: it is an empty list, or a text that is not there.
func fromXML(text []byte) (json.RawMessage, error) {
	decoder := xml.NewDecoder(bytes.NewReader(text))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return json.RawMessage("{}"), nil // an answer without a result
		}
		if err != nil {
			return nil, fmt.Errorf("reading an answer in XML: %w", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || !strings.HasSuffix(start.Name.Local, "Result") {
			continue
		}
		value, err := element(decoder, start.Name.Local, 0)
		if err != nil {
			return nil, fmt.Errorf("reading an answer in XML: %w", err)
		}
		if value == nil {
			value = map[string]any{}
		}
		body, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("reading an answer in XML: %w", err)
		}
		return body, nil
	}
}

// element reads what is in an element that has begun: members, a list or a text; nil for
// nothing.
func element(decoder *xml.Decoder, name string, depth int) (any, error) {
	if depth > mostDepth {
		return nil, errors.New("it is too deep")
	}
	var text strings.Builder
	var items []any
	members := map[string]any{}
	for {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.CharData:
			text.Write(token)
		case xml.StartElement:
			of := token.Name.Local
			if of == "member" {
				of = name // of a list's item, the list's
			}
			value, err := element(decoder, of, depth+1)
			switch {
			case err != nil:
				return nil, err
			case token.Name.Local == "member":
				items = append(items, value)
			case value != nil:
				members[token.Name.Local] = value
			}
		case xml.EndElement:
			switch {
			case items != nil:
				return items, nil
			case len(members) > 0:
				return members, nil
			}
			return leaf(name, strings.TrimSpace(text.String())), nil
		}
	}
}

// leaf returns a text, or the value that the member has in AWS's model.
func leaf(name, text string) any {
	switch {
	case text == "":
		return nil
	case name == "ActionsEnabled":
		return text == "true"
	case name == "Values":
		n, err := strconv.ParseFloat(text, 64)
		if err == nil {
			return n
		}
	}
	return text
}
