package localcloud

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// ask is a request to an endpoint of a running cloud. Its body, with a number, is new each
// time.
type ask struct {
	method, url, target, body string
	// pages says that a page of any site may send it.
	pages bool
	// effects returns how often it has done what it does; nil if it does nothing.
	effects func() int
}

// asks are the endpoints of a cloud, those with both kinds of requests twice.
func asks(t *testing.T, cloud *Cloud, j *journal) map[string]ask {
	t.Helper()
	ends, pool := cloud.Endpoints(), cloud.Stack.Pool.ID
	api := cognito.New(cognito.Options{
		Region: "us-east-1", BaseEndpoint: &ends.CognitoIDP, Credentials: localCredentials(), HTTPClient: awshttp.NewBuildableClient(),
	})
	users := func() int {
		out, err := api.DescribeUserPool(t.Context(), &cognito.DescribeUserPoolInput{UserPoolId: &pool})
		if err != nil {
			t.Fatal(err)
		}
		return int(out.UserPool.EstimatedNumberOfUsers)
	}
	rows := func() int {
		out, err := cloud.DynamoDB().Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String(cloud.Table())})
		if err != nil {
			t.Fatal(err)
		}
		return int(out.Count)
	}
	web, _ := cloud.Client("web")
	const idp = "AWSCognitoIdentityProviderService."
	return map[string]ask{
		"an unsigned operation": {
			"POST", ends.CognitoIDP + "/", idp + "SignUp",
			`{"ClientId":"` + web.ID + `","Username":"u%d@example.com","Password":"Correct-horse-7"}`, true, users,
		},
		"a signed operation": {
			"POST", ends.CognitoIDP + "/", idp + "AdminCreateUser",
			`{"UserPoolId":"` + pool + `","Username":"a%d@example.com","MessageAction":"SUPPRESS"}`, false, users,
		},
		"the identity pool":  {"POST", ends.CognitoIDP + "/", "AWSCognitoIdentityService.GetId", "{}", true, nil},
		"the token endpoint": {"POST", ends.Token, "", "grant_type=x&n=%d", true, nil},
		"public keys":        {"GET", ends.JWKS, "", "", true, nil},
		"discovery":          {"GET", strings.Replace(ends.JWKS, "jwks.json", "openid-configuration", 1), "", "", true, nil},
		"a function":         {"POST", ends.Lambda + "/2015-03-31/functions/suite-Sign/invocations", "", `{"n":%d}`, false, func() int { return len(j.all(t, cloud)) }},
		"the table": {
			"POST", ends.DynamoDB + "/", "DynamoDB_20120810.PutItem",
			`{"TableName":"` + cloud.Table() + `","Item":{"pk":{"S":"%d"},"sk":{"S":"PROFILE"}}}`, false, rows,
		},
		"the table's health": {"GET", ends.DynamoDB + "/", "", "", false, nil},
	}
}

var numbers int

// send sends it with a signature that looks valid, and at the table is. host "" is the endpoint's own.
func (a ask) send(t *testing.T, host string, headers map[string]string) *http.Response {
	t.Helper()
	body := a.body
	if strings.Contains(body, "%d") {
		numbers++
		body = fmt.Sprintf(body, numbers)
	}
	r, err := http.NewRequestWithContext(t.Context(), a.method, a.url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	for name, value := range map[string]string{
		"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": a.target, "X-Amz-Date": "20260101T000000Z",
		"Authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/any/aws4_request, SignedHeaders=host;x-amz-date, Signature=00",
	} {
		r.Header.Set(name, value)
	}
	if strings.HasPrefix(a.target, "DynamoDB_") { // whose signature is checked
		sum := sha256.Sum256([]byte(body))
		who := aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}
		if err := v4.NewSigner().SignHTTP(t.Context(), who, r, hex.EncodeToString(sum[:]), "dynamodb", "us-east-1", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

func TestR48_TheDoorOfARunningCloud(t *testing.T) {
	needsDynalite(t)
	cloud, j := start(t, withTable(resources()))
	all := asks(t, cloud, j)
	t.Run("a page gets nothing", func(t *testing.T) { aPageGetsNothing(t, all) })
	t.Run("an app's page reaches what is its own", func(t *testing.T) { anAppsPageReachesItsOwn(t, all) })
}

func aPageGetsNothing(t *testing.T, all map[string]ask) {
	page := map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
	for name, a := range all {
		at, err := url.Parse(a.url)
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(at.Host)
		for caller, c := range map[string]struct {
			host     string
			headers  map[string]string
			answered bool
		}{
			"a program":              {"", nil, true},
			"by another name":        {"localhost:" + port, nil, true},
			"by a name of its own":   {"app.localhost:" + port, nil, true},
			"another host":           {"evil.example", nil, false},
			"a rebound name":         {"evil.example:" + port, nil, false},
			"a rebound page":         {"evil.example:" + port, page, false},
			"another port":           {"localhost:1", nil, false},
			"a page":                 {"", page, a.pages},
			"a page of a neighbour":  {"", map[string]string{"Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site"}, a.pages},
			"a page without origin":  {"", map[string]string{"Origin": "null"}, a.pages},
			"an image or a link":     {"", map[string]string{"Sec-Fetch-Site": "cross-site"}, a.pages},
			"a form of a page":       {"", map[string]string{"Origin": "https://evil.example", "Content-Type": "text/plain"}, a.pages},
			"a page with no headers": {"", map[string]string{"Origin": "https://evil.example", "Authorization": "", "Content-Type": ""}, a.pages},
		} {
			before := count(a)
			got := a.send(t, c.host, c.headers)
			if c.answered == (got.StatusCode == http.StatusForbidden) {
				t.Errorf("%s, %s: status %d", name, caller, got.StatusCode)
			}
			// Not every one that is answered has an effect: the table wants a signature.
			if done := count(a) - before; !c.answered && done != 0 || caller == "a program" && a.effects != nil && done != 1 {
				t.Errorf("%s, %s: done %d times", name, caller, done)
			}
			if origin := got.Header.Get("Access-Control-Allow-Origin"); (origin == "*") != (c.answered && a.pages) {
				t.Errorf("%s, %s: Access-Control-Allow-Origin %q", name, caller, origin)
			}
		}
	}
}

func count(a ask) int {
	if a.effects == nil {
		return 0
	}
	return a.effects()
}

// anAppsPageReachesItsOwn does what fetch does: a preflight, the request, a look at the
// answer's headers.
func anAppsPageReachesItsOwn(t *testing.T, all map[string]ask) {
	for name, a := range all {
		preflight := ask{method: "OPTIONS", url: a.url}.send(t, "", map[string]string{
			"Origin": "http://localhost:3000", "Access-Control-Request-Method": a.method,
			"Access-Control-Request-Headers": "cache-control,content-type,x-amz-target,x-amz-user-agent", "X-Amz-Target": "", "Authorization": "",
		})
		// The two operations share a path, and a preflight does not say which it is for.
		if want := a.pages || name == "a signed operation"; want != (preflight.StatusCode == http.StatusNoContent) || !want && preflight.StatusCode != http.StatusForbidden {
			t.Errorf("%s: the preflight's status is %d", name, preflight.StatusCode)
		}
		if preflight.StatusCode == http.StatusNoContent {
			for _, header := range []string{"cache-control", "content-type", "x-amz-target", "x-amz-user-agent"} {
				if !strings.Contains(preflight.Header.Get("Access-Control-Allow-Headers"), header) {
					t.Errorf("%s: the preflight refuses %s", name, header)
				}
			}
			if !strings.Contains(preflight.Header.Get("Access-Control-Allow-Methods"), a.method) {
				t.Errorf("%s: the preflight refuses %s", name, a.method)
			}
		}
	}
	// A refusal of the pool is an answer that the page reads.
	refused := all["an unsigned operation"]
	refused.body = `{"ClientId":"none","Username":"u","Password":"p"}`
	got := refused.send(t, "", map[string]string{"Origin": "http://localhost:3000"})
	if got.StatusCode != http.StatusBadRequest || got.Header.Get("Access-Control-Allow-Origin") != "*" || got.Header.Get("X-Amzn-Errortype") == "" ||
		!strings.Contains(got.Header.Get("Access-Control-Expose-Headers"), "x-amzn-errortype") {
		t.Errorf("a refused sign-up: %d %v", got.StatusCode, got.Header)
	}
}

func TestR48_NoPageAnswersForACustomResource(t *testing.T) {
	listening, err := listenForAnswer()
	if err != nil {
		t.Fatal(err)
	}
	defer listening.close()
	answer := ask{method: "PUT", url: listening.door.URL() + "/", body: `{"Status":"SUCCESS"}`}
	for host, origin := range map[string]string{"": "https://evil.example", "evil.example": ""} {
		headers := map[string]string{}
		if origin != "" {
			headers["Origin"] = origin
		}
		if got := answer.send(t, host, headers); got.StatusCode != http.StatusForbidden || len(listening.got) != 0 {
			t.Errorf("host %q, origin %q: status %d, %d answers", host, origin, got.StatusCode, len(listening.got))
		}
	}
	if got := answer.send(t, "", nil); got.StatusCode != http.StatusOK || len(listening.got) != 1 {
		t.Errorf("its function: status %d, %d answers", got.StatusCode, len(listening.got))
	}
}
