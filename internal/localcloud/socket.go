package localcloud

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// longestSocket is the shortest limit of all systems on a socket's path: macOS has 104
// bytes with the final zero (sys/un.h), Linux 108.
const longestSocket = 103

// privateFolder makes a folder that only this user can enter, under the first parent that
// leaves room for the path of a socket.
func privateFolder(parents ...string) (string, error) {
	for _, parent := range parents {
		folder, err := os.MkdirTemp(parent, "cognito-triggers-rows-")
		if err != nil {
			return "", fmt.Errorf("making a folder for the rows: %w", err)
		}
		if len(socketIn(folder)) <= longestSocket {
			return folder, nil
		}
		if err := os.Remove(folder); err != nil {
			return "", fmt.Errorf("removing a folder whose path is too long: %w", err)
		}
	}
	return "", fmt.Errorf("the path of a socket may have %d bytes, and those under %q are longer: set TMPDIR to a folder with a short path", longestSocket, parents)
}

func socketIn(folder string) string { return filepath.Join(folder, "socket") }

// toSocket passes requests on to dynalite. A caller of a dead one loses its connection, as
// if nothing stood between.
func toSocket(path string) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: "dynalite"})
			r.Out.Header.Del("Origin") // the door has answered it; a second answer counts as none
		},
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, "unix", path)
			},
			// Node closes a connection after five idle seconds, perhaps under a new request.
			IdleConnTimeout: 2 * time.Second, MaxIdleConnsPerHost: 100, DisableCompression: true,
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		ErrorLog:     log.New(io.Discard, "", 0),
	}
}
