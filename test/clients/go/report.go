package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// What the runner hands to every program.
var (
	url          = os.Getenv("CLIENT_URL")
	key          = os.Getenv("CLIENT_KEY")
	user         = os.Getenv("CLIENT_USER")
	uid          = os.Getenv("CLIENT_UID")
	question     = os.Getenv("CLIENT_QUESTION")
	slowQuestion = os.Getenv("CLIENT_SLOW_QUESTION")
	noModel      = os.Getenv("CLIENT_NO_MODEL")
	newTurn      = os.Getenv("CLIENT_NEW_TURN")
)

type found map[string]any

// step does one thing; that it cannot be done keeps no other from being tried.
func step(name string, act func() (found, error)) {
	result, err := act()
	if err != nil {
		result = found{"failed": err.Error()}
	}
	say(name, result)
}

// say writes a line of JSON for the runner.
func say(name string, result found) {
	line := found{"step": name}
	for key, value := range result {
		line[key] = value
	}
	text, err := json.Marshal(line)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}

// sayFirstWords is to be called as soon as the first words of the slow answer are there.
func sayFirstWords() {
	say("first_words", nil)
}

// eachData calls read with the text behind `data:`, as it comes.
func eachData(body io.Reader, read func(data string) error) error {
	lines := bufio.NewScanner(body)
	// A frame with the sources of an answer is a long line.
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if data, is := strings.CutPrefix(lines.Text(), "data: "); is {
			if err := read(data); err != nil {
				return err
			}
		}
	}
	return lines.Err()
}

// has tells frames apart: of the types of the client every one takes any frame.
func has(data, name string) bool {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(data), &members); err != nil {
		return false
	}
	_, is := members[name]
	return is
}

func decode[Frame any](data string) (Frame, error) {
	var frame Frame
	err := json.Unmarshal([]byte(data), &frame)
	return frame, err
}
