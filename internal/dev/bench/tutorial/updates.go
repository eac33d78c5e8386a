package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// stamp is the form of the suite's times.
const stamp = "2006-01-02T15:04:05.000Z"

func (f function) writeProfile(ctx context.Context, header events.CognitoEventUserPoolsHeader, attributes map[string]string) error {
	return f.update(ctx, header.UserPoolID, attributes["sub"], table.ProfileRow,
		"SET #status = if_not_exists(#status, :status), createdAt = if_not_exists(createdAt, :at),"+
			" createdBy = if_not_exists(createdBy, :source), username = :username, email = :email,"+
			" emailKey = :email, emailVerified = :verified, profile = :profile, attrsAt = :at,"+
			" rev = if_not_exists(rev, :zero) + :one",
		"attribute_not_exists(attrsAt) OR attrsAt < :at",
		map[string]string{"#status": "status"},
		map[string]any{
			":status": "active", ":at": time.Now().UTC().Format(stamp), ":source": header.TriggerSource,
			":username": header.UserName, ":email": attributes["email"], ":verified": attributes["email_verified"] == "true",
			":profile": map[string]string{"name": attributes["name"]}, ":zero": 0, ":one": 1,
		})
}

func (f function) writeSignIn(ctx context.Context, header events.CognitoEventUserPoolsHeader, attributes map[string]string) error {
	now := time.Now().UTC()
	return f.update(ctx, header.UserPoolID, attributes["sub"], table.SignInRow,
		"SET signInMark = :at, lastSignInAt = :at, firstSignInAt = if_not_exists(firstSignInAt, :at),"+
			" signInCount = if_not_exists(signInCount, :zero) + :one, lastClient = :client",
		"attribute_not_exists(signInMark) OR signInMark < :edge",
		nil,
		map[string]any{
			":at": now.Format(stamp), ":edge": now.Add(-20 * time.Second).Format(stamp),
			":zero": 0, ":one": 1, ":client": header.CallerContext.ClientID,
		})
}

func (f function) update(ctx context.Context, pool, sub, row, expression, condition string, names map[string]string, values map[string]any) error {
	key, err := rowKey(pool, sub, row)
	if err != nil {
		return err
	}
	bound, err := attributevalue.MarshalMap(values)
	if err != nil {
		return err
	}
	_, err = f.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &f.table, Key: key,
		UpdateExpression: aws.String(expression), ConditionExpression: aws.String(condition),
		ExpressionAttributeNames: names, ExpressionAttributeValues: bound,
	})
	if err != nil {
		return fmt.Errorf("writing %s: %w", row, err)
	}
	return nil
}
