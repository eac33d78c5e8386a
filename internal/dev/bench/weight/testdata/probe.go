// This file is compiled into a function for the weight gate (go help build, -overlay). On
// SIGUSR1 it prints what the process has allocated so far. It changes nothing else.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

func init() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR1)
	go func() {
		for range asked {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			fmt.Fprintf(os.Stderr, "allocated %d %d\n", m.Mallocs, m.TotalAlloc)
		}
	}()
}
