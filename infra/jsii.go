package infra

// jsii takes pointers, and nil for what is left out.

// list returns a list of strings, nil for an empty one.
func list(values []string) *[]*string {
	if len(values) == 0 {
		return nil
	}
	pointers := make([]*string, len(values))
	for i, value := range values {
		pointers[i] = new(value)
	}
	return &pointers
}

// number returns a positive number, nil for zero.
func number(n int) *float64 { return some(float64(n)) }

// some returns what is not zero, nil for zero.
func some[T comparable](value T) *T {
	if value == *new(T) {
		return nil
	}
	return &value
}
