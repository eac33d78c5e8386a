package localcloud

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
)

// secretsOf returns the ARNs of the secrets that the functions' settings name, with the functions.
// What follows an ARN there says which part of the secret is meant.
func (c *Cloud) secretsOf() map[string]string {
	named := map[string]string{}
	for _, f := range c.Stack.Functions {
		for _, value := range f.Env {
			if arn, _, _ := strings.Cut(value, "#"); strings.HasPrefix(arn, "arn:") && strings.Contains(arn, ":secretsmanager:") {
				named[arn] = f.LogicalID
			}
		}
	}
	return named
}

// openSecrets answers functions that fetch a secret. Nothing leaves the machine: a secret that
// Options.Secrets lacks is not found.
func (c *Cloud) openSecrets(_ context.Context, opts Options) (err error) {
	named := c.secretsOf()
	if len(named) == 0 {
		return nil
	}
	for _, arn := range slices.Sorted(maps.Keys(named)) {
		if opts.Secrets[arn] == "" {
			c.say("%s does not start: the secret %s is not here. --secrets FILE names a JSON object of ARNs and secrets", named[arn], arn)
		}
	}
	if c.vault, err = door.Listen("the local secrets", 0); err == nil {
		c.vault.Serve(secrets(opts.Secrets), nil)
	}
	return err
}

// secrets are the texts by their ARNs.
type secrets map[string]string

// ServeHTTP answers GetSecretValue of AWS Secrets Manager, for the current version alone. A
// version that is asked for by its id is that one, too.
func (s secrets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var asked struct{ SecretId string }
	status, answer := http.StatusBadRequest, map[string]string{"__type": "ResourceNotFoundException", "message": "Secrets Manager can't find the specified secret."}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&asked)
	switch text := s[asked.SecretId]; {
	case r.Header.Get("X-Amz-Target") != "secretsmanager.GetSecretValue" || err != nil:
		answer = map[string]string{"__type": "InvalidRequestException", "message": "The local cloud answers GetSecretValue alone."}
	case text != "":
		status, answer = http.StatusOK, map[string]string{"ARN": asked.SecretId, "SecretString": text}
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}
