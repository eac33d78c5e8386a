package localcloud

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// Users sign up, two at once, with long metadata, and are deleted: two calls, a trigger and a
// mail each time. After 100,000 of these events the process has less than 150 MB, the
// test's clients included.
func TestR60_TheProcessStaysSmallHoweverMuchHappens(t *testing.T) {
	events := form.Often(t, 0, 2000, 100_000)
	cloud := seen(t, resources(), nil)
	web, _ := cloud.Client("web")
	long := strings.Repeat("x", 2000)
	var both sync.WaitGroup
	for half := range 2 {
		both.Go(func() {
			api := cognitoOf(cloud)
			name := aws.String(fmt.Sprintf("ada%d@example.com", half))
			for range events / 8 {
				_, err := api.SignUp(t.Context(), &cognito.SignUpInput{
					ClientId: &web.ID, Username: name, Password: aws.String("Correct-horse-7"), ClientMetadata: map[string]string{"long": long},
				})
				if err == nil {
					_, err = api.AdminDeleteUser(t.Context(), &cognito.AdminDeleteUserInput{UserPoolId: &cloud.Stack.Pool.ID, Username: name})
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	both.Wait()
	if err := cloud.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("%d events: %d MB from the system, %d MB of it given back, %d MB alive", events, m.Sys>>20, m.HeapReleased>>20, m.HeapAlloc>>20)
	if held := m.Sys - m.HeapReleased; held > 150<<20 {
		t.Errorf("the process holds %d MB", held>>20)
	}
}
