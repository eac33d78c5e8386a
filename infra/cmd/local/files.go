package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/cast"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/state"
)

// file is what other programs read while the local cloud is up.
type file struct {
	path, purpose string
	text          []byte
	mode          fs.FileMode
}

// files are those of a running cloud. The first has an administrator's credentials.
func files(cloud *localcloud.Cloud, folder string) ([]file, error) {
	outputs := maps.Clone(cloud.Outputs())
	outputs[settings.LocalCognitoOutput] = cloud.Endpoints().CognitoIDP
	outputs[settings.LocalDynamoDBOutput] = cloud.Endpoints().DynamoDB
	outputs[settings.LocalLambdaOutput] = cloud.Endpoints().Lambda
	outputs[settings.LocalStageOutput] = settings.StageOf(cloud.Stack.Name)
	stacks, err := json.MarshalIndent(map[string]map[string]string{settings.StackName(settings.LocalStage): outputs}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the outputs: %w", err)
	}
	amplify, err := amplifyModule(cloud)
	if err != nil {
		return nil, err
	}
	at := func(name string) string { return filepath.Join(folder, name) }
	return []file{
		{at("local.env"), "for any AWS SDK and the AWS CLI: set -a; . " + at("local.env") + "; set +a", []byte(strings.Join(cloud.Env(), "\n") + "\n"), 0o600},
		{at("outputs." + settings.LocalStage + ".json"), "for ops --stage " + settings.LocalStage, append(stacks, '\n'), 0o644},
		{at("local.js"), "for AWS Amplify, in an app: import local from '…/local.js'; Amplify.configure(local)", amplify, 0o644},
	}, nil
}

// amplifyModule is a module whose default export is what Amplify.configure takes
// (aws-amplify 6, ResourcesConfig). It imports nothing, so that it works from any folder.
// Amplify writes https:// before the domain itself.
func amplifyModule(cloud *localcloud.Cloud) ([]byte, error) {
	type object = map[string]any
	endpoints := cloud.Endpoints()
	web, _ := cast.Client(cloud, false)
	login := object{}
	if len(cloud.Stack.Pool.UsernameAttributes) == 0 {
		login["username"] = true
	}
	for _, name := range cloud.Stack.Pool.UsernameAttributes {
		login[strings.TrimSuffix(name, "_number")] = true // email, phone
	}
	if len(web.CallbackURLs) > 0 && cloud.Stack.Pool.Domain != "" {
		login["oauth"] = object{
			"domain": strings.TrimPrefix(endpoints.CognitoTLS, "https://"), "scopes": web.AllowedOAuthScopes, "responseType": "code",
			"redirectSignIn": web.CallbackURLs, "redirectSignOut": web.LogoutURLs,
		}
	}
	auth := object{"userPoolId": cloud.Stack.Pool.ID, "userPoolClientId": web.ID, "userPoolEndpoint": endpoints.CognitoIDP + "/", "loginWith": login}
	if pool := cloud.Stack.IdentityPool; pool != nil {
		auth["identityPoolId"], auth["identityPoolEndpoint"], auth["allowGuestAccess"] = pool.ID, endpoints.CognitoIdentity+"/", pool.Guests
	}
	config, err := json.MarshalIndent(object{"Auth": object{"Cognito": auth}}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the settings for Amplify: %w", err)
	}
	return fmt.Appendf(nil, "// The local cloud for aws-amplify, while it is up: Amplify.configure(local).\nexport default %s\n", config), nil
}

// lockFiles refuses a folder whose files are those of another running local cloud: they would
// point to this one, and to nothing after its end.
func lockFiles(folder string) (*os.File, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder of the files for other programs: %w", err)
	}
	lock, err := state.Lock(filepath.Join(folder, "local.lock"))
	if busy, ok := errors.AsType[*state.Busy](err); ok {
		return nil, fmt.Errorf("a local cloud is running already (process %s), and the files in %s are its own: stop it, or start this one with make local LOCAL_FLAGS='--port-base %d --files OTHER_FOLDER'",
			busy.Owner, folder, localcloud.DefaultPort+1000)
	}
	if err != nil {
		return nil, fmt.Errorf("locking the files for other programs: %w", err)
	}
	return lock, nil
}

// write writes the files and returns what removes them. What another process has written
// meanwhile stays.
func write(all []file) (remove func() error, err error) {
	remove = func() error {
		var errs []error
		for _, f := range all {
			if there, err := os.ReadFile(f.path); err == nil && bytes.Equal(there, f.text) {
				errs = append(errs, os.Remove(f.path))
			}
		}
		return errors.Join(errs...)
	}
	for _, f := range all {
		if err := replace(f); err != nil {
			return nil, errors.Join(fmt.Errorf("writing %s: %w", f.path, err), remove())
		}
	}
	return remove, nil
}

// replace makes the file anew, so that it has its mode and follows no link.
func replace(f file) error {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o755); err != nil {
		return err
	}
	if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	made, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, f.mode)
	if err != nil {
		return err
	}
	_, err = made.Write(f.text)
	return cmp.Or(err, made.Close())
}
