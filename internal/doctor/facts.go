package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Port asks AWS. Its answers are JSON with the API reference's members, also of the services
// that answer with XML; service is the name in an endpoint, such as cognito-idp. An error of AWS
// has the method ErrorCode. The caller calls it from one goroutine.
type Port interface {
	Ask(ctx context.Context, service, operation string, input any) (json.RawMessage, error)
}

// Facts are what AWS answered about a subject. Each question is asked once.
type Facts struct {
	Subject

	ctx     context.Context // of the one examination that the facts are for
	port    Port
	known   map[question]answer
	unasked []string // by the check that runs
}

// question is an operation with its input as JSON.
type question struct{ service, operation, input string }

type answer struct {
	body json.RawMessage
	err  error
}

// in is the input of an operation.
type in map[string]any

// put asks a question, or looks the answer up.
func (f *Facts) put(service, operation string, input in) answer {
	text, _ := json.Marshal(input) // texts and numbers, in the order of their names
	key := question{service, operation, string(text)}
	a, ok := f.known[key]
	if !ok {
		a.body, a.err = f.port.Ask(f.ctx, service, operation, input)
		f.known[key] = a
	}
	return a
}

// without notes that the check that runs lacks something.
func (f *Facts) without(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(f.unasked, text) {
		f.unasked = append(f.unasked, text)
	}
}

// ask returns an answer's members, and reports false if there is no answer: that is noted.
func ask[T any](f *Facts, service, operation string, input in) (out T, ok bool) {
	a := f.put(service, operation, input)
	if a.err != nil {
		f.without("%s %s: %s", service, operation, reason(a.err))
		return
	}
	var whole T // of what cannot be read, json leaves a part
	if json.Unmarshal(a.body, &whole) != nil {
		f.without("%s %s: an answer of another form than the API reference's", service, operation)
		return
	}
	return whole, true
}

// gone reports whether AWS answers that there is no such thing.
func (f *Facts) gone(service, operation string, input in) bool {
	code := Code(f.put(service, operation, input).err)
	return slices.Contains([]string{"ResourceNotFoundException", "TrailNotFoundException", "NoSuchEntity", "NotFound"}, code)
}

// mostPages bounds a list: an answer that always has one more page ends.
const mostPages = 100

// list returns the members of all pages, or reports false and returns those that it could read.
func list[T any](f *Facts, service, operation string, input in, member string) (all []T, ok bool) {
	tokenIn, tokenOut := "NextToken", "NextToken" // the names of the page's token, by service
	switch service {
	case "iam":
		tokenIn, tokenOut = "Marker", "Marker"
	case "lambda":
		tokenIn, tokenOut = "Marker", "NextMarker"
	}
	input = maps.Clone(input)
	for range mostPages {
		page, ok := ask[map[string]json.RawMessage](f, service, operation, input)
		if !ok {
			return all, false
		}
		var part []T
		if text, there := page[member]; there && json.Unmarshal(text, &part) != nil {
			f.without("%s %s: an answer of another form than the API reference's", service, operation)
			return all, false
		}
		all = append(all, part...)
		var next string
		if _ = json.Unmarshal(page[tokenOut], &next); next == "" {
			return all, true
		}
		input[tokenIn] = next
	}
	f.without("%s %s: more than %d pages", service, operation, mostPages)
	return all, false
}

// Code returns AWS's code of an error; "" for another error.
func Code(err error) string {
	if coded, ok := errors.AsType[interface {
		error
		ErrorCode() string
	}](err); ok {
		return coded.ErrorCode()
	}
	return ""
}

// reason says why a question has no answer. AWS's own sentence may name the caller and is left
// out.
func reason(err error) string {
	if code := Code(err); code != "" {
		return code
	}
	return err.Error()
}
