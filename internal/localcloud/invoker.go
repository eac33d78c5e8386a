package localcloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// invoker invokes functions as Cognito does. The template's permissions admit or refuse
// the call, as the function's resource policy does on AWS.
type invoker struct {
	stack *template.Stack
	host  *lambdahost.Host
}

// Invoke implements userpool.Invoker.
func (i invoker) Invoke(ctx context.Context, functionARN string, event []byte) ([]byte, error) {
	var of struct{ UserPoolID string }
	if err := json.Unmarshal(event, &of); err != nil {
		return nil, fmt.Errorf("reading the pool of an event: %w", err)
	}
	cognito := lambdahost.Caller{
		Principal: "cognito-idp.amazonaws.com", SourceAccount: i.stack.Pool.AccountID,
		SourceARN: strings.TrimSuffix(i.stack.Pool.ARN, i.stack.Pool.ID) + of.UserPoolID, // a pool beside the stack's has no permission
	}
	if err := i.host.Allowed(functionARN, cognito); err != nil {
		return nil, &userpool.ServiceError{Code: "AccessDeniedException", Message: err.Error(), Status: 403}
	}
	reply, err := i.host.Invoke(ctx, functionARN, event)
	return reply, inPoolsWords(err)
}

// inPoolsWords turns the host's errors into the pool's; it returns others unchanged.
func inPoolsWords(err error) error {
	if fail, ok := errors.AsType[*lambdahost.FunctionError](err); ok {
		return &userpool.FunctionError{Type: fail.Type, Message: fail.Message}
	}
	if refusal, ok := errors.AsType[*lambdahost.ServiceError](err); ok {
		return &userpool.ServiceError{Code: refusal.Code, Message: refusal.Message, Status: refusal.Status}
	}
	return err
}
