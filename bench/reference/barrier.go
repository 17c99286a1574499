// Barriers of the reference, for `bin/bench barrier --peer FILE`: three of its workers, whose steps do nothing.
//
// It needs the reference's sources: put it into a directory of its own below pkg/ of cybozu-go/neco at 1eec387, and build it there with
// `go build -o FILE ./pkg/DIRECTORY`.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/cybozu-go/log"
	"github.com/cybozu-go/neco"
	"github.com/cybozu-go/neco/worker"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/namespace"
)

type nothing struct {
	steps int
	done  context.CancelFunc
}

func (n nothing) UpdateNeco(context.Context, *neco.UpdateRequest) error { return fmt.Errorf("another version") }

func (n nothing) FinalStep() int { return n.steps }

func (n nothing) RunStep(context.Context, *neco.UpdateRequest, int) error { return nil }

func (n nothing) StartServices(context.Context) error { return nil }

func (n nothing) RestartEtcd(int, *neco.UpdateRequest) error {
	n.done()
	return nil
}

// barrier ENDPOINTS PREFIX VERSION STEPS: takes part in the update to VERSION until its last step, then exits
func main() {
	if len(os.Args) != 5 {
		fail(fmt.Errorf("usage: %s ENDPOINT,ENDPOINT... PREFIX VERSION STEPS", os.Args[0]))
	}
	endpoints, prefix, version := strings.Split(os.Args[1], ","), os.Args[2], os.Args[3]
	steps, err := strconv.Atoi(os.Args[4])
	if err != nil {
		fail(err)
	}
	log.DefaultLogger().SetThreshold(log.LvError)
	var workers sync.WaitGroup
	for lrn := 0; lrn < 3; lrn++ {
		etcd, err := clientv3.New(clientv3.Config{Endpoints: endpoints})
		if err != nil {
			fail(err)
		}
		etcd.KV = namespace.NewKV(etcd.KV, prefix)
		etcd.Watcher = namespace.NewWatcher(etcd.Watcher, prefix)
		etcd.Lease = namespace.NewLease(etcd.Lease, prefix)
		ctx, done := context.WithCancel(context.Background())
		w := worker.NewWorker(etcd, nothing{steps, done}, version, lrn)
		workers.Add(1)
		go func() {
			defer workers.Done()
			if err := w.Run(ctx); err != nil && ctx.Err() == nil {
				fail(err)
			}
		}()
	}
	workers.Wait()
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
