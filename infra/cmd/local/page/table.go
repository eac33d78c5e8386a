package page

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// tableCall is a request to the table with what it says in one piece.
type tableCall struct {
	timeline.TableCall
	Says []saying `json:"says,omitempty"`
}

// saying is a key, or an expression with names and values in their place.
type saying struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

type members = map[string]json.RawMessage

var (
	placeholder = regexp.MustCompile(`[#:]\w+`)
	expressions = []string{"KeyConditionExpression", "ConditionExpression", "UpdateExpression", "FilterExpression", "ProjectionExpression"}
)

// sayings reads a request, and the requests within a batch or a transaction, as the API
// nests them (DynamoDB API Reference: BatchGetItem, TransactWriteItems, TransactGetItems).
func sayings(request json.RawMessage) (found []saying) {
	has := held[members](request)
	for _, key := range append(held[[]json.RawMessage](has["Keys"]), has["Key"]) {
		if text := conditions(key); text != "" {
			found = append(found, saying{"Key", text})
		}
	}
	put := map[string]string{}
	for _, field := range []string{"ExpressionAttributeNames", "ExpressionAttributeValues"} {
		for name, value := range held[members](has[field]) {
			put[name] = plain(value)
		}
	}
	for _, kind := range expressions {
		if text := held[string](has[kind]); text != "" {
			found = append(found, saying{kind, placeholder.ReplaceAllStringFunc(text, func(name string) string {
				if value, ok := put[name]; ok {
					return value
				}
				return name
			})})
		}
	}
	for _, item := range append(held[[]members](has["TransactItems"]), held[members](has["RequestItems"])) {
		for _, of := range slices.Sorted(maps.Keys(item)) {
			found = append(found, sayings(item[of])...)
		}
	}
	return found
}

// held returns what a member holds, zero if it is not there or of another type.
func held[T any](member json.RawMessage) (value T) {
	_ = json.Unmarshal(member, &value)
	return value
}

// conditions writes a key as what it is equal to.
func conditions(key json.RawMessage) string {
	var all []string
	attributes := held[members](key)
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		all = append(all, name+" = "+plain(attributes[name]))
	}
	return strings.Join(all, ", ")
}

// plain is a name as it is, and a value of DynamoDB without its type: {"N":"5"} is 5.
func plain(value json.RawMessage) string {
	if name := held[string](value); name != "" {
		return name
	}
	typed := held[members](value)
	for kind, inner := range typed {
		switch {
		case len(typed) > 1:
		case kind == "N":
			return held[string](inner)
		default:
			return string(inner)
		}
	}
	return string(value)
}
