package zohotest

import (
	"fmt"
	"strings"
)

// Generate gives n users for load tests: the default caller first, then made-up people with names, countries and
// telephone numbers of the default directory. The same n gives the same users.
func Generate(n int) []User {
	people := People()
	users := make([]User, 0, n)
	for i := range n {
		if i == 0 {
			u, _ := callerOf(people)
			users = append(users, u)
			continue
		}
		u := people[i%len(people)].clone()
		u.ZUID = 200000000 + int64(i)
		u.AccountID = fmt.Sprintf("%d", 3000000000000008002+int64(i)*10000)
		u.Email = fmt.Sprintf("user%06d@example.com", i)
		u.Mailbox, u.Aliases, u.Role = u.Email, nil, Member
		u.DisplayName = fmt.Sprintf("%s %d", u.DisplayName, i)
		users = append(users, u)
	}
	return users
}

func callerOf(people []User) (User, bool) {
	for _, u := range people {
		if strings.EqualFold(u.Email, CallerEmail) {
			return u.clone(), true
		}
	}
	return User{}, false
}
