package door

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/authority"
)

// secured returns a door with TLS that answers with its own URL, and a client that trusts
// it.
func secured(t *testing.T) (*Door, *http.Client) {
	t.Helper()
	a, err := authority.Fresh(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	config, err := a.TLS(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	d, err := Listen("Test", 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if err := d.Secure(0, config); err != nil {
		t.Fatal(err)
	}
	d.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, d.URLFor(r)) }), nil)
	return d, &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.Roots()}}}
}

func TestR56_TheDoorAnswersByNameAndOverTLS(t *testing.T) {
	d, client := secured(t)
	plain, secure := strconv.Itoa(d.Port()), strings.TrimPrefix(d.SecureURL(), "https://localhost:")
	if plain == secure {
		t.Fatal("both have one port")
	}
	for _, listener := range slices.Concat(d.plain, d.secure) {
		if ip := listener.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() {
			t.Errorf("it listens on %v", ip)
		}
	}
	addresses := []string{"localhost", "127.0.0.1"}
	if six, err := net.Listen("tcp6", "[::1]:0"); err == nil {
		_ = six.Close()
		addresses = append(addresses, "[::1]")
	}
	for _, address := range addresses {
		for url, host := range map[string]string{
			"http://" + address + ":" + plain: "", "https://" + address + ":" + secure: "",
			// Each port answers to its own number only.
			"http://" + address + ":" + plain + "/": "localhost:" + secure, "https://" + address + ":" + secure + "/": "localhost:" + plain,
			"https://" + address + ":" + secure + "/evil": "evil.example:" + secure,
		} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = host
			got, err := client.Do(r)
			if err != nil {
				t.Errorf("%s: %v", url, err)
				continue
			}
			said, _ := io.ReadAll(got.Body)
			_ = got.Body.Close()
			want, status := d.URL(), http.StatusOK
			if strings.HasPrefix(url, "https") {
				want = d.SecureURL()
			}
			if host != "" {
				status = http.StatusForbidden
			}
			if got.StatusCode != status || !strings.Contains(string(said), want) {
				t.Errorf("%s as %q: %d %s", url, host, got.StatusCode, said)
			}
		}
	}
	if _, err := http.Get(d.SecureURL()); err == nil {
		t.Error("who does not trust the authority was answered")
	}
}

// Who has the port on one of the two addresses would be taken for the endpoint.
func TestR56_APortThatIsBusyOnOneAddressIsBusy(t *testing.T) {
	for network, address := range map[string]string{"tcp4": "127.0.0.1:0", "tcp6": "[::1]:0"} {
		other, err := net.Listen(network, address)
		if err != nil {
			t.Logf("this machine has no %s", address)
			continue
		}
		port := portOf(other)
		if d, err := Listen("Test", port); err == nil || !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), "stop the program that has it") {
			t.Errorf("%s: %v", address, err)
			if d != nil {
				_ = d.Close()
			}
		}
		_ = other.Close()
		// Nothing of the failure stays open.
		d, err := Listen("Test", port)
		if err != nil {
			t.Errorf("%s, afterwards: %v", address, err)
			continue
		}
		_ = d.Close()
	}
}

// A browser takes HTTP/2 where it is offered.
func TestR56_WhatTheDoorOffersItSpeaks(t *testing.T) {
	for range 20 { // the listeners begin in any order
		d, client := secured(t)
		client.Transport.(*http.Transport).ForceAttemptHTTP2 = true
		got, err := client.Get(d.SecureURL())
		if err != nil {
			t.Fatal(err)
		}
		_ = got.Body.Close()
		if got.ProtoMajor != 2 || got.StatusCode != http.StatusOK {
			t.Errorf("%s, status %d", got.Proto, got.StatusCode)
		}
		client.CloseIdleConnections()
	}
}

func TestCloseEndsBothPorts(t *testing.T) {
	d, client := secured(t)
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	for _, url := range []string{d.URL(), d.SecureURL()} {
		if got, err := client.Get(url); err == nil {
			_ = got.Body.Close()
			t.Errorf("%s is still open", url)
		}
	}
}

func TestABusyPortForTLSIsSaidSo(t *testing.T) {
	d, _ := open(t)
	other, err := Listen("Other", 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	if err := other.Secure(d.Port(), &tls.Config{}); err == nil || !strings.Contains(err.Error(), "wanted for Other over TLS, is busy on localhost") {
		t.Errorf("got %v", err)
	}
}

// A client that knows no HTTP/2, and says what it knows, is answered too.
func TestTheDoorOffersHTTP1(t *testing.T) {
	d, client := secured(t)
	config := client.Transport.(*http.Transport).TLSClientConfig.Clone()
	config.NextProtos = []string{"http/1.1"}
	conn, err := tls.Dial("tcp", strings.TrimPrefix(d.SecureURL(), "https://"), config)
	if err != nil {
		t.Fatal(err)
	}
	if got := conn.ConnectionState().NegotiatedProtocol; got != "http/1.1" {
		t.Errorf("it speaks %q", got)
	}
	_ = conn.Close()
}
