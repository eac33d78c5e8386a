package live_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
	"github.com/cognito-triggers/cognito-triggers/internal/doctor/live"
)

// clock is a clock that nobody waits for.
type clock struct {
	now   time.Time
	slept []time.Duration
}

func (c *clock) Now() time.Time { return c.now }

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	if d > 0 {
		c.now, c.slept = c.now.Add(d), append(c.slept, d)
	}
	return ctx.Err()
}

// client returns a client of a server.
func client(t *testing.T, serve http.HandlerFunc) (*live.Client, *clock) {
	t.Helper()
	server := httptest.NewServer(serve)
	t.Cleanup(server.Close)
	c := &clock{now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)}
	cfg := aws.Config{Region: "eu-west-1", Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "token"), HTTPClient: server.Client(), AppID: "onlooker"}
	return live.New(cfg, func(service string) string {
		if service == "sns" {
			return ""
		}
		return server.URL
	}, c), c
}

// seen is a request as a service reads it.
func seen(r *http.Request) string {
	body, _ := io.ReadAll(r.Body)
	scope, _, _ := strings.Cut(r.Header.Get("Authorization"), "/aws4_request")
	scope = strings.Join(strings.Split(scope, "/")[2:], "/") // after the key and the date
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s", r.Method, r.RequestURI, scope, r.Header.Get("X-Amz-Target"), body))
}

// The requests are those that the API references show.
func TestR84_EachServiceIsAskedInItsOwnWay(t *testing.T) {
	for _, c := range []struct{ service, operation, input, request, answer, json string }{
		{
			"cognito-idp", "DescribeUserPool", `{"UserPoolId":"eu-west-1_X"}`,
			`POST / eu-west-1/cognito-idp AWSCognitoIdentityProviderService.DescribeUserPool {"UserPoolId":"eu-west-1_X"}`,
			`{"UserPool":{"Foreign":1}}`, `{"UserPool":{"Foreign":1}}`,
		},
		{"dynamodb", "DescribeTable", `{"TableName":"t"}`, `POST / eu-west-1/dynamodb DynamoDB_20120810.DescribeTable {"TableName":"t"}`, `{}`, `{}`},
		{
			"cloudtrail", "GetTrailStatus", `{"Name":"t"}`,
			`POST / eu-west-1/cloudtrail com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.GetTrailStatus {"Name":"t"}`, `{}`, `{}`,
		},
		{"lambda", "GetPolicy", `{"FunctionName":"f","Qualifier":"live"}`, `GET /2015-03-31/functions/f/policy?Qualifier=live eu-west-1/lambda`, `{"Policy":"{}"}`, `{"Policy":"{}"}`},
		{"lambda", "GetAlias", `{"FunctionName":"f","Name":"live"}`, `GET /2015-03-31/functions/f/aliases/live eu-west-1/lambda`, `{}`, `{}`},
		{"lambda", "GetAccountSettings", `null`, `GET /2016-08-19/account-settings/ eu-west-1/lambda`, `{}`, `{}`},
		{
			"cloudwatch", "GetMetricData", `{"MetricDataQueries":[{"Id":"a","ReturnData":true}],"MaxDatapoints":3,"NextToken":null}`,
			`POST / eu-west-1/monitoring  Action=GetMetricData&MaxDatapoints=3&MetricDataQueries.member.1.Id=a&MetricDataQueries.member.1.ReturnData=true&Version=2010-08-01`,
			`<GetMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><GetMetricDataResult><MetricDataResults><member><Id>a</Id><Values><member>3.0</member><member>1.5E4</member></Values></member></MetricDataResults><Messages/></GetMetricDataResult></GetMetricDataResponse>`,
			`{"MetricDataResults":[{"Id":"a","Values":[3,15000]}]}`,
		},
		{
			"cloudwatch", "DescribeAlarms", `{"AlarmNames":["a","b"]}`,
			`POST / eu-west-1/monitoring  Action=DescribeAlarms&AlarmNames.member.1=a&AlarmNames.member.2=b&Version=2010-08-01`,
			`<DescribeAlarmsResponse><DescribeAlarmsResult><MetricAlarms><member><ActionsEnabled>false</ActionsEnabled><AlarmActions><member>arn:x</member></AlarmActions></member></MetricAlarms></DescribeAlarmsResult></DescribeAlarmsResponse>`,
			`{"MetricAlarms":[{"ActionsEnabled":false,"AlarmActions":["arn:x"]}]}`,
		},
		{
			"iam", "ListRolePolicies", `{"RoleName":"r"}`, `POST / us-east-1/iam  Action=ListRolePolicies&RoleName=r&Version=2010-05-08`,
			`<ListRolePoliciesResponse><ListRolePoliciesResult><PolicyNames><member>Trigger</member></PolicyNames><IsTruncated>false</IsTruncated></ListRolePoliciesResult></ListRolePoliciesResponse>`,
			`{"IsTruncated":"false","PolicyNames":["Trigger"]}`,
		},
		{"cloudformation", "DescribeStacks", `{"StackName":"s"}`, `POST / eu-west-1/cloudformation  Action=DescribeStacks&StackName=s&Version=2010-05-15`, `<R><RResult></RResult></R>`, `{}`},
	} {
		var got string
		asked, _ := client(t, func(w http.ResponseWriter, r *http.Request) {
			if got = seen(r); r.Header.Get("X-Amz-Security-Token") != "token" || r.Header.Get("User-Agent") != "app/onlooker" {
				t.Errorf("%s: the headers are %v", c.operation, r.Header)
			}
			fmt.Fprint(w, c.answer)
		})
		body, err := asked.Ask(t.Context(), c.service, c.operation, raw(c.input))
		if err != nil || got != c.request || string(body) != c.json {
			t.Errorf("%s: asked\n%s, not\n%s\nand answered %s, not %s, error %v", c.operation, got, c.request, body, c.json, err)
		}
	}
}

// raw is JSON text as an input.
type raw string

func (r raw) MarshalJSON() ([]byte, error) { return []byte(r), nil }

func TestR84_ARefusalIsItsCode(t *testing.T) {
	for _, c := range []struct{ service, operation, header, body, code string }{
		{"cognito-idp", "DescribeUserPool", "", `{"__type":"AccessDeniedException","Message":"User: arn:aws:iam::1:user/ada"}`, "AccessDeniedException"},
		{"dynamodb", "DescribeTable", "", `{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}`, "ResourceNotFoundException"},
		{"lambda", "GetPolicy", "ResourceNotFoundException:http://internal.amazon.com/", `{"Message":"No policy is associated"}`, "ResourceNotFoundException"},
		{"iam", "GetRolePolicy", "", `<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code></Error></ErrorResponse>`, "NoSuchEntity"},
		{"lambda", "GetPolicy", "", `{"message":"arn:aws:iam::1:user/ada"}`, ""},
	} {
		asked, _ := client(t, func(w http.ResponseWriter, _ *http.Request) {
			if c.header != "" {
				w.Header().Set("X-Amzn-Errortype", c.header)
			}
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, c.body)
		})
		_, err := asked.Ask(t.Context(), c.service, c.operation, map[string]string{"FunctionName": "f"})
		if err == nil || doctor.Code(err) != c.code || strings.Contains(err.Error(), "ada") {
			t.Errorf("%s: %v, not %s", c.operation, err, c.code)
		}
	}
}

func TestR84_AppClientsAreAskedAtMostFourTimesASecond(t *testing.T) {
	asked, c := client(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) })
	start := c.now
	for range 9 {
		if _, err := asked.Ask(t.Context(), "cognito-idp", "DescribeUserPoolClient", nil); err != nil {
			t.Fatal(err)
		}
	}
	if took := c.now.Sub(start); took != 2*time.Second {
		t.Errorf("9 clients took %v", took)
	}
	if _, err := asked.Ask(t.Context(), "cognito-idp", "DescribeUserPool", nil); err != nil || c.now.Sub(start) != 2*time.Second {
		t.Errorf("the pool waited, too: %v %v", c.now.Sub(start), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := asked.Ask(ctx, "cognito-idp", "DescribeUserPoolClient", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("the wait does not end: %v", err)
	}
}

// An answer that is too long is none: half of a list looks like a list.
func TestAnAnswerThatIsTooLongIsAnError(t *testing.T) {
	asked, _ := client(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, "<R><XResult><A>%s</A></XResult></R>", strings.Repeat(" ", 17<<20))
	})
	if body, err := asked.Ask(t.Context(), "cloudformation", "GetTemplate", nil); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("%.40s, error %v", body, err)
	}
}

// AWS's services have several codes for it, and a proxy has none (awsraw.Throttled).
func TestAThrottledCallIsRepeatedAFewTimes(t *testing.T) {
	for _, refusal := range []struct {
		status int
		body   string
	}{
		{http.StatusBadRequest, `{"__type":"TooManyRequestsException"}`},
		{http.StatusBadRequest, `{"__type":"ProvisionedThroughputExceededException"}`},
		{http.StatusBadRequest, `<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>`},
		{http.StatusTooManyRequests, ``},
	} {
		refusals, calls := 2, 0
		asked, c := client(t, func(w http.ResponseWriter, _ *http.Request) {
			if calls++; calls <= refusals {
				w.WriteHeader(refusal.status)
				fmt.Fprint(w, refusal.body)
				return
			}
			fmt.Fprint(w, `{}`)
		})
		if _, err := asked.Ask(t.Context(), "cognito-idp", "DescribeUserPool", nil); err != nil || calls != 3 || fmt.Sprint(c.slept) != "[1s 2s]" {
			t.Errorf("%v: %d calls, waits %v, error %v", refusal, calls, c.slept, err)
		}
		refusals, calls = 100, 0
		if _, err := asked.Ask(t.Context(), "cognito-idp", "DescribeUserPool", nil); err == nil || calls != 4 {
			t.Errorf("%v: %d calls, error %v", refusal, calls, err)
		}
	}
}

func TestDriftIsAskedForUntilItsDetectionEnds(t *testing.T) {
	looks, most := 0, 3
	asked, c := client(t, func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("Action") == "DetectStackDrift" {
			fmt.Fprint(w, `<R><DetectStackDriftResult><StackDriftDetectionId>id-1</StackDriftDetectionId></DetectStackDriftResult></R>`)
			return
		}
		status := "DETECTION_IN_PROGRESS"
		if looks++; looks == most {
			status = "DETECTION_COMPLETE"
		}
		fmt.Fprintf(w, `<R><XResult><DetectionStatus>%s</DetectionStatus><Of>%s</Of></XResult></R>`, status, r.FormValue("StackDriftDetectionId"))
	})
	body, err := asked.Ask(t.Context(), "cloudformation", "DetectStackDrift", map[string]string{"StackName": "s"})
	if err != nil || string(body) != `{"DetectionStatus":"DETECTION_COMPLETE","Of":"id-1"}` || len(c.slept) != 2 {
		t.Errorf("%s, waits %v, error %v", body, c.slept, err)
	}
	looks, most = 0, -1
	body, err = asked.Ask(t.Context(), "cloudformation", "DetectStackDrift", map[string]string{"StackName": "s"})
	if err != nil || !strings.Contains(string(body), "IN_PROGRESS") || looks != 60 {
		t.Errorf("%s after %d looks, error %v", body, looks, err)
	}
}

func TestWhatCannotBeAskedSaysSo(t *testing.T) {
	asked, _ := client(t, func(http.ResponseWriter, *http.Request) { t.Error("it was asked") })
	for _, question := range [][2]string{{"sns", "ListSubscriptionsByTopic"}, {"s3", "ListBuckets"}, {"lambda", "Invoke"}} {
		if _, err := asked.Ask(t.Context(), question[0], question[1], nil); err == nil {
			t.Errorf("%v is answered", question)
		}
	}
	asked.Without(map[string]string{"DescribeTimeToLive": "rows do not end"})
	if _, err := asked.Ask(t.Context(), "dynamodb", "DescribeTimeToLive", nil); err == nil || err.Error() != "rows do not end" {
		t.Errorf("the error is %v", err)
	}
	down, _ := client(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if _, err := down.Ask(t.Context(), "dynamodb", "DescribeTable", nil); err == nil || !strings.Contains(err.Error(), "asking dynamodb") {
		t.Errorf("the error is %v", err)
	}
}

func TestWhereAServiceIs(t *testing.T) {
	for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"} {
		t.Setenv(name, "")
	}
	for _, c := range [][3]string{
		{"cognito-idp", "eu-west-1", "https://cognito-idp.eu-west-1.amazonaws.com"},
		{"cloudwatch", "eu-west-1", "https://monitoring.eu-west-1.amazonaws.com"},
		{"iam", "eu-west-1", "https://iam.amazonaws.com"},
		{"iam", "us-gov-east-1", "https://iam.us-gov.amazonaws.com"},
		{"iam", "cn-northwest-1", "https://iam.cn-north-1.amazonaws.com.cn"},
		{"lambda", "cn-northwest-1", "https://lambda.cn-northwest-1.amazonaws.com.cn"},
		{"s3", "eu-west-1", ""},
	} {
		if got := live.Endpoint(c[0], c[1]); got != c[2] {
			t.Errorf("%s in %s is at %s, not %s", c[0], c[1], got, c[2])
		}
	}
	t.Setenv("AWS_ENDPOINT_URL", "http://all")
	t.Setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "http://pool")
	if a, b := live.Endpoint("cognito-idp", "eu-west-1"), live.Endpoint("iam", "eu-west-1"); a != "http://pool" || b != "http://all" {
		t.Errorf("they are at %s and %s", a, b)
	}
}
