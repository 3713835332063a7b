// Contacts kept with Go's net/http and mime/multipart: URL SID TOKEN KEY PHOTO.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
)

var sid, token string

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func ask(step, method, where string, body io.Reader, headers ...string) []byte {
	request := must(http.NewRequest(method, where, body))
	request.SetBasicAuth(sid, token)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer := must(http.DefaultClient.Do(request))
	defer answer.Body.Close()
	said := must(io.ReadAll(answer.Body))
	fmt.Println(step, answer.StatusCode, base64.StdEncoding.EncodeToString(said))
	return said
}

func main() {
	base, key, photo := os.Args[1], os.Args[4], os.Args[5]
	sid, token = os.Args[2], os.Args[3]
	contacts := base + "/Advertisers/" + sid + "/Campaigns/1000/Contacts"
	john := `{"action": "createcontact", "name": {"first-name": "Zoë", "last-name": "Müller"}}`
	ask("card", "POST", base+"/api/v2", strings.NewReader(john), "X-Api-Key", key, "Content-Type", "application/json")
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	for _, field := range [][2]string{
		{"FirstName", "Zoë"}, {"LastName", "Müller"}, {"EmailAddress", "zoe@example.com"}, {"Accounts", "10000"},
		{"Labels", "Main Contact"}, {"Labels", "Zürich"},
	} {
		writer.WriteField(field[0], field[1])
	}
	file := must(writer.CreateFormFile("ProfileImageFile", "Zoë.png"))
	file.Write(must(os.ReadFile(photo)))
	writer.Close()
	// A reader of no known length, as a file or a pipe is one: the body comes in chunks.
	made := ask("create", "POST", contacts, io.MultiReader(&form), "Content-Type", writer.FormDataContentType())
	var said struct{ Uri string }
	json.Unmarshal(made, &said)
	contact := base + said.Uri
	ask("list", "GET", contacts+"?"+url.Values{"Search": {"zoë müller"}}.Encode(), nil)
	ask("get", "GET", contact, nil)
	ask("image", "GET", contact+"/ProfileImage", nil)
	changes := url.Values{"Title": {"Chefin"}, "LabelsAdd": {"Neu", "Bern"}}.Encode()
	ask("update", "PUT", contact, strings.NewReader(changes), "Content-Type", "application/x-www-form-urlencoded")
	ask("after", "GET", contact, nil)
	ask("delete", "DELETE", contact, nil)
	ask("gone", "GET", contact, nil)
}
