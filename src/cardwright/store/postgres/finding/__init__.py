"""How a list, a filter or a search finds its contacts on PostgreSQL, and why the planner is not asked how.

PostgreSQL's index of terms (GIN) gives no order: it gathers all it finds before it gives the first. A page of what many
contacts have is found sooner by walking along their numbers, a page of what few have by the index. The planner does not
know which is which (a prefix tells it nothing), so the contacts are counted first, and then:

| what is found                | what is remembered                  | how a page is read                    |
|------------------------------|-------------------------------------|---------------------------------------|
| all contacts of the campaign | nothing; `campaign` knows the total | along the key                         |
| few: n² < 25 · all, or 1,000 | their numbers                       | by these                              |
| many                         | how many are in each block of 2,048 | looking at those in the page's blocks |

Both are true as long as the campaign's sequence stays. When it moves on, the numbers of few are gathered again, and of
many those blocks are counted again whose `changed` says that something happened there. What one worker has counted, all
of the machine read (`store/shared_memory.py`).

**A search of several words** asks the index for the two longest, and each contact that it gives for the rest: what
begins with a short word is gathered in the time for all who have it.

**One moment.** Count, page and names are read in one snapshot, so a total is that of its page.

An example: `search=acme&label=vip`, page 300 of 100, among a million contacts of which 250,000 are VIPs:

1. `plans.planned`: `'AbCd=l5e7…' & 'AbCd:acme':*`, where `AbCd` stands for the campaign (`index.py`).
2. `counts.of`: counted before as many; 12 blocks have changed since, and these are counted again.
3. `remembered.skip`: the 29,900 contacts before the page end in block 117, 1,204 of them in it.
4. `listing`: walks along block 117 and as many after it as have another hundred, and reads the rows of that hundred.

Words are made and folded by the book (`book/index_terms.py`), so every store finds the same.
"""
