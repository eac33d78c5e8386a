// Package live is the ports of package attach on AWS: a user pool, and the row of the stage's
// table.
package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/awsraw"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Pool is a user pool of AWS. It needs cognito-idp:DescribeUserPool, GetUserPoolMfaConfig and
// UpdateUserPool, and iam:PassRole where the pool sends text messages.
type Pool struct {
	Client awsraw.Client
	ID     string
}

func (p Pool) ask(ctx context.Context, operation string, input any) (json.RawMessage, error) {
	out, _, err := p.Client.Call(ctx, "cognito-idp", "AWSCognitoIdentityProviderService."+operation, input)
	return out, err
}

func (p Pool) id() map[string]string { return map[string]string{"UserPoolId": p.ID} }

// Describe returns the pool's settings, and those that AWS adds.
func (p Pool) Describe(ctx context.Context) (json.RawMessage, error) {
	out, err := p.ask(ctx, "DescribeUserPool", p.id())
	if err != nil {
		return nil, err
	}
	var described struct{ UserPool json.RawMessage }
	if err := json.Unmarshal(out, &described); err != nil || described.UserPool == nil {
		return nil, errors.New("the answer has no UserPool")
	}
	return described.UserPool, nil
}

// MFA returns the pool's second factors.
func (p Pool) MFA(ctx context.Context) (json.RawMessage, error) {
	return p.ask(ctx, "GetUserPoolMfaConfig", p.id())
}

// Update replaces the pool's settings.
func (p Pool) Update(ctx context.Context, request json.RawMessage) error {
	_, err := p.ask(ctx, "UpdateUserPool", request)
	return err
}

// Row is the record of a pool in the stage's table.
type Row struct {
	Store *dynamo.Store
	Pool  string
}

// Load reads the row, consistently.
func (r Row) Load(ctx context.Context) (record attach.Record, err error) {
	row, err := r.Store.Attachment(ctx, r.Pool)
	if err != nil || row.Record == "" {
		return record, err
	}
	if err := json.Unmarshal([]byte(row.Record), &record); err != nil {
		return record, fmt.Errorf("the row of the pool %s is no record: %w", r.Pool, err)
	}
	record.Rev = row.Rev
	return record, nil
}

// Save writes the row.
func (r Row) Save(ctx context.Context, record attach.Record) error {
	text, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}
	err = r.Store.SetAttachment(ctx, r.Pool, table.Attachment{Record: string(text), Rev: record.Rev})
	if errors.Is(err, dynamo.ErrChanged) {
		return attach.ErrOther
	}
	return err
}

// Clock is the time of the machine.
type Clock struct{}

// Now returns it.
func (Clock) Now() time.Time { return time.Now() }

// Sleep waits, or returns ctx's error.
func (Clock) Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
