// This file is compiled into a function for the weight gate (go help build, -overlay). On
// SIGUSR1 it prints what the process has allocated so far, on SIGUSR2 what of it is still
// in use. It changes nothing else.
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
	signal.Notify(asked, syscall.SIGUSR1, syscall.SIGUSR2)
	go func() {
		for what := range asked {
			var m runtime.MemStats
			if what == syscall.SIGUSR1 {
				runtime.ReadMemStats(&m)
				fmt.Fprintf(os.Stderr, "allocated %d %d\n", m.Mallocs, m.TotalAlloc)
				continue
			}
			runtime.GC()
			runtime.GC() // what a sync.Pool kept is gone after the second
			runtime.ReadMemStats(&m)
			fmt.Fprintf(os.Stderr, "in use %d %d\n", m.HeapObjects, runtime.NumGoroutine())
		}
	}()
}
