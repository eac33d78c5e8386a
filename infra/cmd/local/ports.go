package main

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"strconv"
	"syscall"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
)

// portFlags set the ports. Those of before are a fault that says what to write.
func portFlags(flags *flag.FlagSet, ports *localcloud.Ports) {
	flags.Func("port-base", "`port` of the user pool; those of TLS, the functions, the table, the page, the sample app, the HTTP API and the shop follow (0: free ones)",
		func(text string) error {
			base, err := strconv.Atoi(text)
			if err != nil || base < 0 || base > math.MaxUint16-9 {
				return fmt.Errorf("want a port that leaves room for nine more, or 0 for free ones")
			}
			*ports = localcloud.PortsFrom(base)
			return nil
		})
	for _, old := range []string{"cognito-port", "lambda-port", "dynamodb-port"} {
		flags.Func(old, "is -port-base now", func(string) error {
			return errors.New("write -port-base N instead: the user pool has port N, with TLS N+1, the functions have N+2, the table N+3, the page N+4, the sample app N+5, the HTTP API N+6, the shop N+7; 0 takes free ones")
		})
	}
}

// otherPorts adds to the error of a busy port how make chooses others.
func otherPorts(err error) error {
	if !errors.Is(err, syscall.EADDRINUSE) {
		return err
	}
	return fmt.Errorf("%w; for other ports: make local LOCAL_FLAGS='--port-base %d'", err, localcloud.DefaultPort+1000)
}
