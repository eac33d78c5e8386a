package support

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Compact returns a value as JSON in one line. JSON escapes control characters, so that
// the line may be written to a terminal.
func Compact(value any) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Sprint(value)
	}
	return strings.TrimSpace(b.String())
}
