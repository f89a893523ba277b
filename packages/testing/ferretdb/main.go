// A server that speaks the MongoDB protocol, for tests: FerretDB on SQLite, patched to use its indexes, without telemetry.
package main

import (
	"context"
	"flag"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:27017", "address to listen on")
	data := flag.String("data", "", "folder that holds the data")
	flag.Parse()
	// A socket that a killed process left would be in the way.
	socket := filepath.Join(*data, "socket")
	os.Remove(socket)
	server, err := ferretdb.New(&ferretdb.Config{
		Listener: ferretdb.ListenerConfig{Unix: socket},
		Logger:   slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
		Handler:  "sqlite",
		// A kill takes nothing that the system has; changes are not kept waiting for the disk.
		SQLiteURL: "file:" + *data + "/?_pragma=synchronous(off)",
	})
	if err != nil {
		log.Fatal(err)
	}
	untilStopped, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() {
		log.Fatal(relay(*listen, socket))
	}()
	if err := server.Run(untilStopped); err != nil {
		log.Fatal(err)
	}
}
