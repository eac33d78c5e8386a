package localcloud

import (
	"context"
	"errors"

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
	cognito := template.Caller{
		Principal: "cognito-idp.amazonaws.com", SourceARN: i.stack.Pool.ARN, SourceAccount: i.stack.AccountID,
	}
	if err := i.stack.Allowed(functionARN, cognito); err != nil {
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
