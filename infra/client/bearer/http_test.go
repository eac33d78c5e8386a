package bearer_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer"
	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer/bearertest"
)

// What a server makes of the bytes is judged, not only what a test puts in a request.
func TestR90_OnTheWireOneHeaderBringsTheToken(t *testing.T) {
	issuer := bearertest.New(t)
	server := httptest.NewUnstartedServer(verifier(t, config(issuer)).Require(ok))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	token := "Bearer " + issuer.Right()
	for name, c := range map[string]struct {
		rest string
		want int
	}{
		"one":              {"authorization: " + token + " \r\n\r\n", 200},
		"two":              {"Authorization: " + token + "\r\nauthorization: " + token + "\r\n\r\n", 400},
		"one and an empty": {"Authorization: " + token + "\r\nAuthorization:\r\n\r\n", 400},
		"Basic and one":    {"Authorization: Basic YQ==\r\nAuthorization: " + token + "\r\n\r\n", 400},
		"two in one":       {"Authorization: " + token + ", " + token + "\r\n\r\n", 400},
		"in the trailer":   {"Transfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n1\r\na\r\n0\r\nAuthorization: " + token + "\r\n\r\n", 401},
		"before a body":    {"Expect: 100-continue\r\nContent-Length: 9\r\n\r\n", 401},
	} {
		config := server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
		config.NextProtos = []string{"http/1.1"}
		conn, err := (&tls.Dialer{Config: config}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.WriteString(conn, "POST /orders HTTP/1.1\r\nHost: example.com\r\n"+c.rest)
		answer, err2 := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || err2 != nil || answer.StatusCode != c.want {
			t.Errorf("%s: %v, %v, %v", name, answer, err, err2)
		}
		_ = conn.Close()
	}
	for want, values := range map[int][]string{200: {token}, 400: {token, token}, 401: nil} {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		request.Header["Authorization"] = values
		answer, err := server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want || answer.ProtoMajor != 2 {
			t.Errorf("%s: %d, want %d", answer.Proto, answer.StatusCode, want)
		}
	}
}

func TestR90_AllRolesAreDemanded(t *testing.T) {
	issuer := bearertest.New(t)
	v := verifier(t, config(issuer))
	for _, roles := range [][2]string{{"admin", "editor"}, {"editor", "admin"}} {
		if got := status(v.Require(ok, bearer.AnyTenant(), bearer.Role(roles[0]), bearer.Role(roles[1])), issuer.Right()); got != 403 {
			t.Errorf("%v: %d", roles, got)
		}
	}
}
