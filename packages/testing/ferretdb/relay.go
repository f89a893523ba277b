package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"sync"
)

// MongoDB changes a document in one step. FerretDB 1 reads it, and then writes it: of two changes at the same time one is
// lost. So one change at a time is let through.
var changing sync.Mutex

var changes = map[string]bool{"insert": true, "update": true, "delete": true, "findAndModify": true, "createIndexes": true}

const (
	headerLength   = 16
	longestMessage = 64 << 20
	opMsg          = 2013
	moreToCome     = 1 << 1
)

// relay listens on a TCP address and passes every message on to a server behind a socket.
func relay(address, socket string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go serve(client, socket)
	}
}

func serve(client net.Conn, socket string) {
	defer client.Close()
	server, err := net.Dial("unix", socket)
	if err != nil {
		return
	}
	defer server.Close()
	for {
		request, err := message(client)
		if err != nil {
			return
		}
		reply, err := ask(server, request)
		if err != nil {
			return
		}
		if _, err := client.Write(reply); err != nil {
			return
		}
	}
}

func ask(server net.Conn, request []byte) ([]byte, error) {
	if changes[command(request)] {
		changing.Lock()
		defer changing.Unlock()
	}
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	if isMsg(request) && binary.LittleEndian.Uint32(request[headerLength:])&moreToCome != 0 {
		return nil, nil
	}
	return message(server)
}

// message reads one message: its first four bytes are its length.
func message(from io.Reader) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(from, length[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(length[:])
	if size < headerLength || size > longestMessage {
		return nil, io.ErrUnexpectedEOF
	}
	whole := make([]byte, size)
	copy(whole, length[:])
	_, err := io.ReadFull(from, whole[4:])
	return whole, err
}

func isMsg(request []byte) bool {
	return len(request) > headerLength+4 && binary.LittleEndian.Uint32(request[12:]) == opMsg
}

// command names what a request asks for: the first key of its body, which the driver sends first.
func command(request []byte) string {
	const firstKey = headerLength + 4 + 1 + 4 + 1
	if !isMsg(request) || len(request) < firstKey {
		return ""
	}
	name, _, _ := bytes.Cut(request[firstKey:], []byte{0})
	return string(name)
}
