package page

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/cast"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// suite is the pool and the table as an administrator's program reaches them: through their
// APIs, so that what the page changes fires what it would fire on AWS.
type suite struct {
	cloud       *localcloud.Cloud
	pool        *cognito.Client // what it does is in the timeline
	looks       *cognito.Client // what it asks is not
	rows        *dynamodb.Client
	users       *directory.Directory
	id, table   string
	now         func() time.Time
	entries     *timeline.Timeline
	acts        func() *settings.Stage
	folder      string // of the stage files
	sample      string // the sample app's address, if there is one
	performance *demo
}

// patience is how long a service may take. Faults that are switched on hold for the page too.
const patience = 8 * time.Second

// suiteOf returns nil for a cloud without a pool and a table.
func suiteOf(cloud *localcloud.Cloud, entries *timeline.Timeline, options ...Option) *suite {
	if cloud == nil || cloud.Pool == nil || cloud.Table() == "" {
		return nil
	}
	to := cloud.Endpoints()
	s := &suite{
		cloud: cloud, entries: entries, id: cloud.Stack.Pool.ID, table: cloud.Table(), now: time.Now, folder: "infra/stages",
		pool: cognito.NewFromConfig(patient(to.CognitoIDP, "local-page")), looks: cognito.NewFromConfig(patient(to.CognitoIDP, timeline.Onlooker)),
		rows: dynamodb.NewFromConfig(patient(to.DynamoDB, "local-page")), performance: newDemo(cloud),
	}
	s.users = directory.New(s.rows, s.table, s.id, directory.WithPool(s.pool))
	for _, option := range options {
		option(s)
	}
	return s
}

// patient is an SDK's configuration; program is how its calls name themselves.
func patient(endpoint, program string) aws.Config {
	config := cast.Config(endpoint)
	config.HTTPClient, config.AppID, config.RetryMaxAttempts = awshttp.NewBuildableClient().WithTimeout(patience), program, 1
	return config
}

// asked lets data be a view's, told do an action's: both get the suite.
func (s *suite) asked(data func(*suite, *http.Request) (any, error)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) { return data(s, r) }
}

func (s *suite) told(do func(*suite, *http.Request) (any, string, error)) func(*http.Request) (any, string, error) {
	return func(r *http.Request) (any, string, error) { return do(s, r) }
}

// inWords returns an error of the directory as a Problem with its status.
func inWords(err error) error {
	for kind, status := range map[error]int{
		directory.ErrNotFound: http.StatusNotFound, directory.ErrDeleted: http.StatusGone, directory.ErrConflict: http.StatusConflict,
		directory.ErrInvalid: http.StatusUnprocessableEntity, context.DeadlineExceeded: http.StatusGatewayTimeout,
	} {
		if errors.Is(err, kind) {
			return Problem{status, err.Error()}
		}
	}
	return err
}
