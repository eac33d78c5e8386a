package lambdahost

import (
	"fmt"
	"slices"
	"strings"
)

// find resolves what a caller named, in the Invoke API's forms: name,
// name:qualifier, partial ARN (account:function:name), ARN, each with an
// optional qualifier. It returns the function and the ARN as invoked.
func (h *Host) find(nameOrARN, qualifier string) (*function, string, error) {
	name, inName := splitName(nameOrARN)
	if qualifier == "" {
		qualifier = inName
	}
	fn, ok := h.functions[name]
	if !ok || (strings.HasPrefix(nameOrARN, "arn:") && !sameFunction(nameOrARN, fn.ARN)) {
		return nil, "", notFound(nameOrARN)
	}
	switch {
	case qualifier == "":
		return fn, fn.ARN, nil
	case qualifier == "$LATEST", qualifier == fn.version(), slices.Contains(fn.Aliases, qualifier):
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

// sameFunction tells whether arn is own, with or without a qualifier: a
// function of another account or Region is not ours, whatever its name.
func sameFunction(arn, own string) bool {
	return arn == own || strings.HasPrefix(arn, own+":")
}

func notFound(what string) error {
	return &ServiceError{Code: "ResourceNotFoundException", Status: 404, Message: fmt.Sprintf("Function not found: %s", what)}
}
