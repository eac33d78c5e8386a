package live

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// assembly is written by `make synth-host`. `make test` runs it first and says so in the
// environment, so that nothing is skipped there.
const assembly = "../../../../dist/local"

// rig is a running local cloud whose stage file is a copy.
type rig struct {
	t         *testing.T
	cloud     *localcloud.Cloud
	watcher   *Watcher
	pool      *idp.Client
	web       string
	stageFile string
	folder    string
	sound     string // the text of the file at the start
	edits     chan timeline.Edit

	mu  sync.Mutex
	ran []lambdahost.Invocation
}

// start starts a cloud and its watcher. folder is where functions' folders are made, "" a
// new one; project is that of the code, "" watches none.
func start(t *testing.T, folder, project string) *rig {
	t.Helper()
	if _, err := os.Stat(assembly + "/manifest.json"); err != nil {
		if os.Getenv("ASSEMBLY_REQUIRED") != "" {
			t.Fatalf("the synthesized stack is missing: %v", err)
		}
		t.Skipf("the synthesized stack is missing, make synth-host writes it: %v", err)
	}
	src, err := os.ReadFile("../../../stages/dev.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if folder == "" {
		folder = t.TempDir()
	}
	r := &rig{t: t, stageFile: filepath.Join(t.TempDir(), "dev.yaml"), folder: folder, sound: string(src), edits: make(chan timeline.Edit, 1000)}
	r.save(r.sound)
	if r.cloud, err = localcloud.Start(t.Context(), localcloud.Options{AssemblyDir: assembly, InfraDir: "../../..", OnInvocation: r.note}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.close)
	web, _ := r.cloud.Client("WebClientId")
	if r.watcher, err = Start(t.Context(), r.cloud, Options{
		StageFile: r.stageFile, Folder: folder, Project: project, Told: func(e timeline.Edit) { r.edits <- e },
	}); err != nil {
		t.Fatal(err)
	}
	for r.watcher.Stage() == nil { // what it finds at first is no edit
		time.Sleep(time.Millisecond)
	}
	endpoint := r.cloud.Endpoints().CognitoIDP
	r.web, r.pool = web.ID, idp.NewFromConfig(aws.Config{
		Region: r.cloud.Stack.Region, BaseEndpoint: &endpoint, HTTPClient: http.NewBuildableClient(),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	return r
}

func (r *rig) close() {
	if err := r.cloud.Close(); err != nil {
		r.t.Error(err)
	}
	if err := r.watcher.Close(); err != nil {
		r.t.Error(err)
	}
	if left, err := filepath.Glob(filepath.Join(r.folder, folderPrefix+"*")); err != nil || left != nil {
		r.t.Errorf("folders are left: %v, %v", left, err)
	}
}

func (r *rig) note(in lambdahost.Invocation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ran = append(r.ran, in)
}

// save writes the stage file in place.
func (r *rig) save(text string) {
	r.t.Helper()
	if err := os.WriteFile(r.stageFile, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// with returns the sound file with each old text replaced by the one after it.
func (r *rig) with(pairs ...string) string {
	r.t.Helper()
	text := r.sound
	for i := 0; i < len(pairs); i += 2 {
		if strings.Count(text, pairs[i]) != 1 {
			r.t.Fatalf("%q is not once in the stage file", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

// lineOf returns the line of a text in a stage file.
func lineOf(text, part string) int {
	before, _, _ := strings.Cut(text, part)
	return 1 + strings.Count(before, "\n")
}

// told returns the next edit that is told.
func (r *rig) told() timeline.Edit {
	r.t.Helper()
	select {
	case e := <-r.edits:
		return e
	case <-time.After(time.Minute):
		r.t.Fatal("no edit is told")
		return timeline.Edit{}
	}
}

// acts saves a text, which must act.
func (r *rig) acts(text string) timeline.Edit {
	r.t.Helper()
	r.save(text)
	e := r.told()
	if !e.Acted || e.Faults != nil {
		r.t.Fatalf("told %+v", e)
	}
	return e
}

const password = "Analytical-Engine-1843"

// signUp returns what a user reads who may not sign up, "" for one who may.
func (r *rig) signUp(email string) string {
	_, err := r.pool.SignUp(r.t.Context(), &idp.SignUpInput{
		ClientId: &r.web, Username: &email, Password: aws.String(password),
		UserAttributes: []cognito.AttributeType{{Name: aws.String("email"), Value: &email}, {Name: aws.String("name"), Value: aws.String("Ada")}},
	})
	if err != nil {
		return err.Error()
	}
	return ""
}

// confirmed makes a user who has signed up and confirmed.
func (r *rig) confirmed(email string) {
	r.t.Helper()
	if why := r.signUp(email); why != "" {
		r.t.Fatal(why)
	}
	if _, err := r.pool.AdminConfirmSignUp(r.t.Context(), &idp.AdminConfirmSignUpInput{UserPoolId: &r.cloud.Stack.Pool.ID, Username: &email}); err != nil {
		r.t.Fatal(err)
	}
}

// signIn returns the tokens of a user.
func (r *rig) signIn(email string) *cognito.AuthenticationResultType {
	r.t.Helper()
	out, err := r.pool.InitiateAuth(r.t.Context(), &idp.InitiateAuthInput{
		AuthFlow: cognito.AuthFlowTypeUserPasswordAuth, ClientId: &r.web, AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": password},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return out.AuthenticationResult
}

// refresh returns the next tokens.
func (r *rig) refresh(token string) *cognito.AuthenticationResultType {
	r.t.Helper()
	out, err := r.pool.GetTokensFromRefreshToken(r.t.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: &r.web, RefreshToken: &token})
	if err != nil {
		r.t.Fatal(err)
	}
	return out.AuthenticationResult
}

func claim(t *testing.T, token, name string) any {
	t.Helper()
	says := map[string]any{}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil || json.Unmarshal(payload, &says) != nil {
		t.Fatalf("%v in %s", err, token)
	}
	return says[name]
}
