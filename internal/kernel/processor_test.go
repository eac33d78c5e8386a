package kernel

import "testing"

func TestOneProcessorIsForOneEventAtATimeOnAShareOfOne(t *testing.T) {
	for _, test := range []struct {
		memory, concurrency string
		want                bool
	}{
		{"128", "", true},
		{"256", "1", true},
		{"1769", "", true},
		{"1770", "", false}, // more than one processor's share
		{"256", "8", false}, // several events at a time
		{"", "", false},     // not on Lambda
		{"a lot", "", false},
	} {
		got := oneProcessor(func(name string) string {
			return map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": test.memory, "AWS_LAMBDA_MAX_CONCURRENCY": test.concurrency}[name]
		})
		if got != test.want {
			t.Errorf("memory %q, concurrency %q: %v", test.memory, test.concurrency, got)
		}
	}
}
