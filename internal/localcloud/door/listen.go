package door

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// freePorts is how many free ports are tried: the system looks for one on 127.0.0.1 only.
const freePorts = 20

// listen opens the port on both loopback addresses.
func listen(name string, port int) ([]net.Listener, error) {
	for range freePorts {
		both, err := listenBoth(port)
		switch {
		case err == nil:
			return both, nil
		case !errors.Is(err, syscall.EADDRINUSE):
			return nil, fmt.Errorf("opening port %d for %s: %w", port, name, err)
		case port != 0:
			return nil, fmt.Errorf("port %d, wanted for %s, is busy on localhost: stop the program that has it, or choose another port (0 = a free one): %w", port, name, err)
		}
	}
	return nil, fmt.Errorf("opening a port for %s: none of %d was free on both loopback addresses", name, freePorts)
}

// listenBoth takes ::1 as well, unless the machine has no such address: a browser asks
// there first (RFC 6724, section 2.1), and another program that had the port would be
// taken for the endpoint.
func listenBoth(port int) ([]net.Listener, error) {
	four, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	six, err := net.Listen("tcp6", net.JoinHostPort("::1", strconv.Itoa(portOf(four))))
	switch {
	case err == nil:
		return []net.Listener{four, six}, nil
	case errors.Is(err, syscall.EADDRINUSE):
		_ = four.Close()
		return nil, err
	}
	return []net.Listener{four}, nil
}

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

func closeAll(all []net.Listener) {
	for _, l := range all {
		_ = l.Close()
	}
}
