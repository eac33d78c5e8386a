package kerneltest

import (
	"bytes"
	"fmt"
)

// WithForeignMembers adds a member that no version of Cognito sends to every object
// of the event. The values are those that a careless round trip changes: an integer
// beyond 2^53, 1.0, a null, an escape. The event must be valid JSON.
func WithForeignMembers(event []byte) []byte {
	var out bytes.Buffer
	inString, n := false, 0
	for i := 0; i < len(event); i++ {
		c := event[i]
		out.WriteByte(c)
		switch {
		case inString && c == '\\':
			i++
			out.WriteByte(event[i])
		case c == '"':
			inString = !inString
		case c == '{' && !inString:
			n++
			fmt.Fprintf(&out, `"zzFuture%d":[9007199254740993,1.0,null,"\u0041"]`, n)
			if rest := bytes.TrimLeft(event[i+1:], " \n\t\r"); rest[0] != '}' {
				out.WriteByte(',')
			}
		}
	}
	return out.Bytes()
}
