package lambdahost

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// find returns the function that a caller named and the ARN as invoked. The Invoke API's
// forms are name, name:qualifier, partial ARN (account:function:name) and ARN, each with
// an optional qualifier.
func (h *Host) find(nameOrARN, qualifier string) (*function, string, error) {
	name, inName := splitName(nameOrARN)
	qualifier = cmp.Or(qualifier, inName)
	fn, ok := h.functions[name]
	if !ok || (strings.HasPrefix(nameOrARN, "arn:") && !sameFunction(nameOrARN, fn.ARN)) {
		return nil, "", notFound(nameOrARN)
	}
	switch {
	case qualifier == "":
		return fn, fn.ARN, nil
	case qualifier == "$LATEST", fn.has(qualifier), slices.Contains(fn.Aliases, qualifier):
		return fn, fn.ARN + ":" + qualifier, nil
	}
	return nil, "", notFound(fn.ARN + ":" + qualifier)
}

// splitName separates the function's name from the qualifier.
func splitName(nameOrARN string) (name, qualifier string) {
	if _, after, found := strings.Cut(nameOrARN, ":function:"); found {
		nameOrARN = after
	}
	name, qualifier, _ = strings.Cut(nameOrARN, ":")
	return name, qualifier
}

// sameFunction reports whether arn is own, with or without a qualifier. A function of
// another account or Region with the same name is not.
func sameFunction(arn, own string) bool { return arn == own || strings.HasPrefix(arn, own+":") }

func notFound(what string) error {
	return &ServiceError{Code: "ResourceNotFoundException", Status: 404, Message: fmt.Sprintf("Function not found: %s", what)}
}
