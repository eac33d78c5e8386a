package localcloud

import (
	"fmt"

	"github.com/cognito-triggers/cognito-triggers/internal/secret"
)

// giveSecrets puts the secrets that the caller knows into the functions' variables, in the place
// of where AWS has them. The others are named: a function that needs one does not start.
func (c *Cloud) giveSecrets(known map[string]string) {
	for i := range c.Stack.Functions {
		f := &c.Stack.Functions[i]
		for name, value := range f.Env {
			arn := secret.At(value)
			if text, given := known[arn]; given {
				f.Env[name] = text
			} else if arn != "" {
				c.Stack.Unsupported = append(c.Stack.Unsupported, fmt.Sprintf(
					"%s.Environment.%s: the local cloud reads no secret of AWS: the function does not start until --secrets says what %s is", f.LogicalID, name, arn))
			}
		}
	}
}
