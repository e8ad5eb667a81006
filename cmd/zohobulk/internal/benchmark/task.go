package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"

	"github.com/xuri/excelize/v2"
	"golang.org/x/sync/errgroup"

	"zohobulk/cmd/zohobulk/internal/cli"
	"zohobulk/zoho/zohotest"
)

// The tasks that are measured.
const (
	taskCSV      = "encoding/csv" // PATH
	taskExcelize = "excelize"     // PATH
	taskHTTP     = "net/http"     // URL USERS
	taskProgram  = "zohobulk"     // its arguments
)

// tokenVariable holds the access token for the bare loop, which does not log in.
const tokenVariable = "ZOHOBULK_BENCHMARK_TOKEN"

// do does a task and returns the exit code of its process.
func do(task string, args []string) int {
	var err error
	switch task {
	case taskProgram:
		return cli.Main(args)
	case taskCSV:
		err = readCSV(args[0])
	case taskExcelize:
		err = readExcelize(args[0])
	case taskHTTP:
		err = loop(args[0], args[1])
	default:
		err = fmt.Errorf("no task %q", task)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// readCSV reads a CSV with nothing but the standard library.
func readCSV(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(bufio.NewReader(f))
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// readExcelize reads a workbook row by row with excelize.
func readExcelize(path string) (err error) {
	book, err := excelize.OpenFile(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	rows, err := book.Rows("Sheet1")
	if err != nil {
		return err
	}
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			return err
		}
	}
	return errors.Join(rows.Error(), rows.Close())
}

// loopWorkers is how many calls the bare loop has in flight, as many as the program begins with.
const loopWorkers = 4

// loop changes the street of each user but the first, with one call each and nothing around it.
func loop(url, number string) error {
	n, err := strconv.Atoi(number)
	if err != nil {
		return err
	}
	transport := &http.Transport{MaxIdleConnsPerHost: loopWorkers, MaxConnsPerHost: loopWorkers}
	client := &http.Client{Transport: transport}
	var g errgroup.Group
	g.SetLimit(loopWorkers)
	for i, u := range zohotest.Generate(n) {
		if i > 0 {
			g.Go(func() error { return put(client, url, u) })
		}
	}
	return g.Wait()
}

// put sends one change.
func put(client *http.Client, url string, u zohotest.User) error {
	body, err := json.Marshal(map[string]any{
		"zuid": u.ZUID, "mode": "updatePersonalInfo", "address": map[string]string{"streetAddr": "Königstraße 15"},
	})
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPut, fmt.Sprintf("%s/api/organization/%d/accounts/%s", url, zohotest.ZOID, u.AccountID), bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Zoho-oauthtoken "+os.Getenv(tokenVariable))
	request.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", answer.Status, text)
	}
	return nil
}
