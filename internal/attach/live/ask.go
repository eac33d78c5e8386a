package live

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/cognito-triggers/cognito-triggers/internal/awsraw"
)

// Asker answers the questions of attach.Preconditions by Cognito and Lambda. It needs
// lambda:GetPolicy and lambda:InvokeFunction for the aliases.
type Asker struct{ Client awsraw.Client }

// function is the input of Lambda's operations.
type function struct {
	FunctionName, Qualifier string
	Payload                 json.RawMessage
}

// Ask calls an operation. One that it does not know it refuses.
func (a Asker) Ask(ctx context.Context, service, operation string, input any) (json.RawMessage, error) {
	if service == "cognito-idp" {
		return Pool{Client: a.Client}.ask(ctx, operation, input)
	}
	var of function
	text, err := json.Marshal(input)
	if err == nil {
		err = json.Unmarshal(text, &of)
	}
	if err != nil {
		return nil, err
	}
	path := "/2015-03-31/functions/" + url.PathEscape(of.FunctionName)
	request := awsraw.Request{Method: http.MethodGet, Path: path + "/policy?Qualifier=" + url.QueryEscape(of.Qualifier)}
	switch service + " " + operation {
	case "lambda GetPolicy":
	case "lambda Invoke":
		request = awsraw.Request{Path: path + "/invocations?Qualifier=" + url.QueryEscape(of.Qualifier), Body: of.Payload}
	default:
		return nil, errors.New("this release cannot ask it")
	}
	out, _, err := a.Client.Do(ctx, "lambda", request)
	return out, err
}
