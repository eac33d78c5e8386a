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

// orNil returns a text, nil for "".
func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// some returns a positive number, nil for zero.
func some(n int) *float64 {
	if n == 0 {
		return nil
	}
	return new(float64(n))
}
