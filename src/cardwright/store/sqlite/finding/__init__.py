"""How a list, a filter or a search finds its contacts, and why that is as fast among a million as among a thousand.

The key of a contact is its campaign's number and its own (`keys.py`), so a campaign's list is one stretch of the table
`contact`, in its order. Three things answer a query:

| what                                         | gives                                                     |
|----------------------------------------------|-----------------------------------------------------------|
| the table `contact`                          | all contacts in order, from any key on                    |
| the full-text index `search`                 | the contacts of a term in order, from any key on          |
| the table `block`, a row per 2,048 numbers   | how many contacts lie there, and when one last changed    |

**A page after a contact** (`AfterId`, keyset pagination). `contact >= key … LIMIT 100`: the rows before cost nothing.

**A filter**, `label=vip`. Each exact value of a contact is a term (`store/index_terms.py`), so several filters are one
expression, `"1=l5e7…" AND "1=t09c…"`. The index goes along the terms' lists together, again from any key on.

**A search**, `search=coy`. A word is to *begin* a term, and FTS5 gathers all that any term of a prefix has before it
gives the first contact. So `vocabulary.py` looks up which terms begin so. Where they are 8 or fewer, each is asked for
by itself. Where they are more (`a`), the index counts once whom it finds: if that is one contact in 20, looking at them
one by one (`worded.py`) soon fills a page, else the index answers. What is asked of whom is a `Plan`, and where its
rows come from a `Source` (`plans.py`).

**The total.** Counting takes time in proportion to what is counted, so it is done once: `counts.py` remembers for each
query how many contacts it finds in each block. The next time it counts again only the blocks whose `changed` says that
something happened there since. Up to 1,000 contacts are counted each time, and of all the table `campaign` knows the
total. What one worker has counted, all of the machine read (`store/shared_memory.py`).

**Page 5,000.** Neither the index nor the table can skip half a million rows at once. The counts of the blocks say
in which block the page begins, and how many of that are to be skipped: fewer than 2,048.

An example: `search=acme&label=vip`, page 300 of 100, among a million contacts of which 250,000 are VIPs:

1. `plans.planned`: `label=vip` is a term; `acme` begins 3 terms. So all of it is asked of the index.
2. `counts.of`: counted before, 12 blocks have changed since; these are counted again, half a millisecond each.
3. `counts.place`: the 29,900 contacts before the page end in block 117, 1,204 of them in it.
4. `listing.page`: 100 rows from the first key of block 117 on, after 1,204 that are skipped.

Decisions behind this: docs/adr/0007-one-index.md, docs/adr/0008-counting-by-blocks.md. Figures: docs/benchmarks.md.
"""
